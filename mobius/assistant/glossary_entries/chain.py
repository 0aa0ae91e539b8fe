"""Chains. Here: blocks, fees, scaling, standards. Not here: who secures them (consensus), uses (defi), dangers (safety)."""

from __future__ import annotations

from mobius.assistant.glossary_entries.entry import Entry

ENTRIES = (
    Entry(
        "blockchain",
        "blockchain",
        ("block chain", "distributed ledger", "public ledger"),
        "A blockchain is a ledger that many computers keep in common: transactions are gathered in blocks, each naming the "
        "one before, so that old entries cannot be changed unnoticed. Rules decide who may add the next block.",
        ("proof-of-work", "proof-of-stake", "finality"),
    ),
    Entry(
        "reorg",
        "reorganisation",
        ("reorg", "chain reorganization", "chain reorganisation", "orphan block", "uncle block"),
        "In a reorg a chain drops its last blocks for a competing branch, and transactions in them may vanish. Exchanges wait "
        "for some confirmations because of it.",
        ("finality", "fifty-one-attack", "block"),
    ),
    Entry(
        "block",
        "block",
        ("block height", "block time", "block explorer", "confirmation", "confirmations", "block reward"),
        "A block is a batch of transactions added to a chain at once: about every ten minutes on Bitcoin, every twelve "
        "seconds on Ethereum. Its height is its number; each later block is one more confirmation.",
        ("blockchain", "finality", "mempool"),
        weak=("block",),
    ),
    Entry(
        "finality",
        "finality",
        ("finalized", "finalised", "finalization", "time to finality", "transaction finality"),
        "A transaction is final when it cannot be undone any more. Ethereum finalises after about 13 minutes; on Bitcoin the "
        "chance of undoing only shrinks, and six blocks are commonly waited for.",
        ("reorg", "block", "bridge"),
    ),
    Entry(
        "mempool",
        "mempool",
        ("memory pool", "pending transaction", "pending transactions", "private mempool", "mem pool"),
        "The mempool holds transactions that were sent and are not yet in a block. It is public, so bots read it and react; a "
        "private relay passes a transaction straight to block builders instead.",
        ("mev", "sandwich", "gas"),
    ),
    Entry(
        "utxo",
        "UTXO",
        ("unspent transaction output", "utxo model", "coin selection", "dust"),
        "On Bitcoin you do not have one balance but a set of unspent pieces, the UTXOs. Spending takes whole pieces and "
        "returns change, so many small ones make a dear transaction.",
        ("satoshi", "account-model", "mempool"),
    ),
    Entry(
        "account-model",
        "account model",
        ("account based", "eoa", "externally owned account", "contract account", "nonce"),
        "On Ethereum an address has a balance and a counter, the nonce. An ordinary account is moved by a private key, a "
        "contract account by its code alone.",
        ("smart-contract", "eip-7702", "utxo"),
    ),
    Entry(
        "gas",
        "gas",
        (
            "gas fee",
            "gas fees",
            "gas price",
            "gas limit",
            "gwei",
            "network fee",
            "transaction fee",
            "gas cost",
            "wei",
            "fee market",
        ),
        "Gas measures the work of a transaction: a plain transfer has long taken 21,000 units, a swap takes 100,000 to "
        "200,000. The fee is units times the price per unit, given in gwei, billionths of an ether, and it is paid even when "
        "the transaction fails.",
        ("base-fee", "eip-1559", "rollup"),
    ),
    Entry(
        "base-fee",
        "base fee",
        ("basefee", "base gas fee", "priority fee", "miner tip", "validator tip", "max fee"),
        "The base fee is the price per unit of gas that every transaction in a block pays and that is burnt. It rises by up "
        "to an eighth per block when blocks are fuller than the target and falls when they are emptier; a priority fee on "
        "top goes to the block's proposer.",
        ("eip-1559", "gas", "mempool"),
    ),
    Entry(
        "eip-1559",
        "EIP-1559",
        ("eip1559", "1559", "london upgrade", "london hard fork"),
        "EIP-1559 is the rule of August 2021 by which Ethereum's base fee is set by formula and burnt. It made fees easier to "
        "predict and links use of the chain to the supply of ether.",
        ("base-fee", "gas", "token-burn"),
    ),
    Entry(
        "eip",
        "EIP and ERC",
        ("eip", "erc", "ethereum improvement proposal", "hard fork", "soft fork", "network upgrade", "fork"),
        "EIPs are proposals to change Ethereum, ERCs those among them that standardise contracts, such as tokens. Changes to "
        "the rules come into force by a hard fork, which every node must follow to stay on the chain.",
        ("erc-20", "eip-1559", "eip-7702"),
    ),
    Entry(
        "blob",
        "blob",
        ("blobs", "eip-4844", "proto-danksharding", "danksharding", "blob fee", "blob space", "blob gas"),
        "A blob is a cheap packet of 128 KiB in which rollups post their data to Ethereum. Nodes keep it only for about 18 "
        "days, and it has a fee market of its own. Blobs came with EIP-4844 in March 2024 and cut rollup fees by far.",
        ("rollup", "data-availability", "base-fee"),
    ),
    Entry(
        "rollup",
        "rollup",
        (
            "layer 2",
            "l2",
            "layer two",
            "optimistic rollup",
            "zk rollup",
            "zk-rollup",
            "rollups",
            "layer2",
            "fraud proof",
        ),
        "A rollup carries out transactions on a chain of its own and posts data and proof to a base chain such as Ethereum. "
        "Optimistic rollups are taken as right unless challenged, usually for seven days; zk rollups prove each batch. Most "
        "still have a sequencer and upgrade keys you must trust.",
        ("sequencer", "blob", "bridge"),
    ),
    Entry(
        "layer-1",
        "layer 1",
        ("l1", "layer one", "base layer", "layer1", "settlement layer"),
        "A layer 1 is a chain that secures itself, such as Bitcoin, Ethereum or Solana. Layers on top of it borrow its "
        "security for the price of posting to it.",
        ("rollup", "blockchain", "sidechain"),
    ),
    Entry(
        "sidechain",
        "sidechain",
        ("side chain", "appchain", "app chain", "app specific chain"),
        "A sidechain runs beside another chain with validators of its own and a bridge between the two. Unlike a rollup it "
        "does not draw its security from the main chain.",
        ("rollup", "bridge", "layer-1"),
    ),
    Entry(
        "sequencer",
        "sequencer",
        ("sequencers", "shared sequencer", "decentralised sequencer", "based rollup", "force inclusion"),
        "The sequencer of a rollup orders its transactions and confirms them within a second or so. It is mostly one company: "
        "it can be down, delay you or profit from the order, but on a sound rollup it cannot steal, and you can force your "
        "way out through the base chain.",
        ("rollup", "finality", "mev"),
    ),
    Entry(
        "data-availability",
        "data availability",
        ("da layer", "data availability layer", "data availability sampling", "validium"),
        "Data availability means that anyone can get the data needed to check a rollup and to leave it. Posting it to "
        "Ethereum is safest; other layers are cheaper, and if they withhold it, funds can be stuck.",
        ("blob", "rollup", "zk-proof"),
    ),
    Entry(
        "zk-proof",
        "zero-knowledge proof",
        (
            "zk proof",
            "zk",
            "zero knowledge proof",
            "zero knowledge",
            "zkp",
            "snark",
            "zk-snark",
            "stark",
            "validity proof",
            "zkevm",
        ),
        "A zero-knowledge proof shows that something is true without showing why, for example that a batch of transactions "
        "followed the rules. It is quick to check, which lets rollups scale and lets people prove a fact in private.",
        ("rollup", "data-availability", "privacy"),
    ),
    Entry(
        "privacy",
        "privacy on chains",
        (
            "privacy coin",
            "mixer",
            "coin mixer",
            "crypto privacy",
            "anonymous crypto",
            "pseudonymous",
            "stealth address",
        ),
        "Most chains are public: whoever learns that an address is yours sees all it did. Mixers and privacy coins break the "
        "link; some are sanctioned or delisted in places, so using them can have consequences.",
        ("zk-proof", "ofac", "address-label"),
        weak=("privacy",),
    ),
    Entry(
        "bridge",
        "bridge",
        ("cross chain bridge", "token bridge", "bridging", "canonical bridge", "bridges", "wrapped across chains"),
        "A bridge moves value between chains, mostly by locking tokens on one and issuing stand-ins on the other. Bridges "
        "have lost billions to hacks. A rollup's own, canonical bridge relies on the rollup alone, but leaving an optimistic "
        "one takes about a week.",
        ("cross-chain", "rollup", "wrapped-token"),
    ),
    Entry(
        "cross-chain",
        "cross-chain",
        ("cross chain", "interoperability", "crosschain", "interop", "cross-chain messaging", "ibc", "multichain"),
        "Cross-chain is anything that acts on several chains: bridges, messages, swaps. Each adds a party that says what "
        "happened on the other side, and that party is what one has to trust.",
        ("bridge", "finality", "wrapped-token"),
    ),
    Entry(
        "wrapped-token",
        "wrapped token",
        ("wrapped bitcoin", "wrapped ether", "wrapped asset", "wbtc", "weth", "bridged token", "wrapping"),
        "A wrapped token stands for another coin that is held elsewhere, such as WBTC for bitcoin with a custodian. Its price "
        "follows the coin's as long as one can be changed into the other; the holder carries the keeper's risk.",
        ("bridge", "custody", "depeg"),
    ),
    Entry(
        "smart-contract",
        "smart contract",
        (
            "smart contracts",
            "contract code",
            "dapp",
            "decentralised app",
            "decentralized app",
            "decentralised application",
        ),
        "A smart contract is a program on a chain that holds assets and acts by its code alone. Anyone can call it; unless it "
        "was made upgradeable nobody can change it, mistakes included.",
        ("proxy", "audit", "account-model"),
    ),
    Entry(
        "evm",
        "Ethereum Virtual Machine (EVM)",
        ("evm", "ethereum virtual machine", "evm compatible", "bytecode", "opcode", "solidity", "calldata"),
        "The EVM is the machine that runs Ethereum's contracts, used by many other chains so that the same code and wallets "
        "work there. It executes bytecode, which languages such as Solidity are compiled to.",
        ("smart-contract", "gas", "proxy"),
    ),
    Entry(
        "token-standard",
        "token standard",
        ("token standards", "erc standard", "bep-20", "spl token", "trc-20"),
        "A token standard is a set of functions every token of its kind offers, so that wallets and exchanges can handle it: "
        "ERC-20 for coins, ERC-721 for single pieces, ERC-4626 for vault shares. It says how to talk to a token, not what the "
        "token does besides.",
        ("erc-20", "erc-721", "erc-4626"),
    ),
    Entry(
        "erc-20",
        "ERC-20",
        ("erc20", "erc 20 token", "approve function"),
        "ERC-20 is Ethereum's standard for tokens of which all pieces are alike: balances, transfers and approvals. Meeting "
        "the standard says nothing of what else the contract does, such as taxing or blocking transfers.",
        ("token-approval", "token-standard", "honeypot"),
    ),
    Entry(
        "erc-721",
        "ERC-721",
        ("erc721", "erc-1155", "erc1155"),
        "ERC-721 is the standard for tokens of which each is unique, the usual form of an NFT. ERC-1155 serves collections "
        "that hold both unique and alike pieces in one contract.",
        ("nft", "token-standard", "token-approval"),
    ),
    Entry(
        "erc-4626",
        "ERC-4626",
        ("erc4626", "tokenized vault", "tokenised vault"),
        "ERC-4626 is the standard for vaults that issue shares of one deposited token. The price of a share grows with the "
        "vault's yield; integrating it is simple, and careless ones can be tricked by donations into an empty vault.",
        ("vault", "token-standard", "apr"),
    ),
    Entry(
        "eip-7702",
        "EIP-7702 delegated account",
        (
            "eip7702",
            "7702",
            "delegated account",
            "account abstraction",
            "erc-4337",
            "smart account",
            "account delegation",
            "smart wallet",
        ),
        "Since May 2025 an ordinary Ethereum account can point to a contract's code by EIP-7702 and act like a smart wallet: "
        "batches, spending rules, somebody else paying gas. A signed delegation to a malicious contract hands over "
        "everything, so wallets should allow only known ones.",
        ("account-model", "permit2", "phishing"),
    ),
    Entry(
        "ens-name",
        "ENS name",
        ("ens", "ethereum name service", "eth domain", "ens domain", "ens name", "crypto domain"),
        "ENS turns names such as vitalik.eth into addresses. Names are rented by the year and can change hands, so check that "
        "a name still points where you expect before sending.",
        ("address-label", "phishing", "nft"),
    ),
    Entry(
        "rpc-node",
        "node and RPC",
        ("rpc", "node", "full node", "archive node", "json-rpc", "light client", "rpc endpoint"),
        "A node keeps a copy of a chain and checks its rules; an RPC endpoint is how programs ask it. Whoever runs the "
        "endpoint you use sees your addresses and can show you a false picture, which your own node cannot.",
        ("blockchain", "privacy", "mempool"),
    ),
    Entry(
        "tps",
        "throughput",
        ("tps", "transactions per second", "scalability", "blockchain trilemma", "scalability trilemma"),
        "Throughput is how many transactions a chain handles a second. Higher figures ask more of each node or trust fewer "
        "of them: that tension between speed, security and openness is called the trilemma.",
        ("rollup", "layer-1", "finality"),
    ),
    Entry(
        "lightning",
        "Lightning network",
        ("lightning network", "payment channel", "lightning payment", "state channel"),
        "Lightning sends bitcoin through chains of payment channels, settling on the main chain only when a channel opens or "
        "closes. Payments take a second and cost little; each hop needs enough balance on the right side.",
        ("bitcoin", "utxo", "rollup"),
        weak=("lightning",),
    ),
)
