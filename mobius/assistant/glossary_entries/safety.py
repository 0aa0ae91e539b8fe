"""Safety. Here: keys, contract powers, attacks, scams, rules of states. Not here: how chains work (chain)."""

from __future__ import annotations

from mobius.assistant.glossary_entries.entry import Entry

ENTRIES = (
    Entry(
        "custody",
        "custody",
        (
            "self custody",
            "self-custody",
            "custodial",
            "non-custodial",
            "noncustodial",
            "custodian",
            "not your keys",
            "not your keys not your coins",
        ),
        "Custody is who holds the keys. With your own you depend on nobody and can lose everything by a mistake; at an "
        "exchange you have a claim against a company, which may be frozen, hacked or insolvent.",
        ("seed-phrase", "cold-wallet", "multisig"),
    ),
    Entry(
        "wallet",
        "wallet",
        ("crypto wallet", "hot wallet", "software wallet", "browser wallet", "mpc wallet"),
        "A wallet keeps keys and signs with them; the coins themselves are on the chain. A hot wallet is on a device that is "
        "online, handy and exposed; a cold one is not.",
        ("cold-wallet", "seed-phrase", "private-key"),
        weak=("wallet",),
    ),
    Entry(
        "cold-wallet",
        "cold wallet",
        ("cold storage", "hardware wallet", "offline wallet", "ledger wallet", "trezor", "paper wallet"),
        "A cold wallet keeps keys on a device that never gives them out, often a small hardware one with a screen. It "
        "protects against malware; it does not protect against signing something you did not read.",
        ("seed-phrase", "custody", "blind-signing"),
    ),
    Entry(
        "private-key",
        "private key",
        ("private keys", "public key", "keypair", "key pair", "signature", "digital signature"),
        "A private key is a secret number that signs transactions; address and public key follow from it, not the other way "
        "round. Whoever has it has the coins. Möbius never asks for one.",
        ("seed-phrase", "wallet", "custody"),
    ),
    Entry(
        "seed-phrase",
        "seed phrase",
        (
            "recovery phrase",
            "mnemonic",
            "secret phrase",
            "seed words",
            "backup phrase",
            "24 words",
            "12 words",
            "seedphrase",
        ),
        "A seed phrase is 12 or 24 words from which all keys of a wallet are made. Keep it on paper or metal, never in a "
        "photo, a cloud or a message, and type it nowhere but into the wallet itself: whoever asks for it is a thief.",
        ("private-key", "cold-wallet", "phishing"),
    ),
    Entry(
        "multisig",
        "multisig",
        ("multi-sig", "multi sig", "multisignature", "safe wallet", "threshold signature"),
        "A multisig is an account that acts only when several of its keyholders sign, such as three of five. It guards "
        "against one lost or stolen key, if the keys are really with different people who read what they sign.",
        ("timelock", "custody", "governance"),
    ),
    Entry(
        "timelock",
        "timelock",
        ("time lock", "time-lock", "upgrade delay", "timelock contract"),
        "A timelock makes a decision public and carries it out only after a delay, often one to seven days, so that users can "
        "leave first. It protects only against powers that pass through it; an emergency key beside it is another door.",
        ("proxy", "governance", "multisig"),
    ),
    Entry(
        "proxy",
        "proxy contract",
        (
            "upgradeable contract",
            "upgradable contract",
            "proxy",
            "upgradeability",
            "uups",
            "transparent proxy",
            "implementation contract",
            "beacon proxy",
            "delegatecall",
            "upgradeable",
            "minimal proxy",
            "eip-1967",
        ),
        "A proxy is a contract that keeps the state and runs the code of another, which its admin can swap. That allows "
        "repairs, and it allows changing everything you relied on; ask who holds that power and with what delay.",
        ("timelock", "admin-key", "smart-contract"),
    ),
    Entry(
        "admin-key",
        "admin key",
        (
            "admin keys",
            "owner privileges",
            "contract owner",
            "renounce ownership",
            "renounced",
            "pausable",
            "mint function",
            "blacklist function",
            "access control",
            "ownable",
        ),
        "An admin key is an account that may do what users may not: pause, mint, block addresses, set fees, upgrade. The "
        "question is whether it is one person's key, a multisig or a vote behind a timelock.",
        ("proxy", "timelock", "rug-pull"),
    ),
    Entry(
        "token-approval",
        "token approval",
        (
            "approval",
            "allowance",
            "token allowance",
            "unlimited approval",
            "revoke approval",
            "infinite approval",
            "approvals",
            "revoke",
        ),
        "An approval lets a contract take a token from your account, up to an amount and mostly without an end. Wallets often "
        "offer an unlimited one; revoke those you no longer use, since a flaw in the contract years later still reaches them.",
        ("permit2", "phishing", "erc-20"),
    ),
    Entry(
        "permit2",
        "Permit2",
        ("permit 2", "permit signature", "eip-2612", "gasless approval", "permit"),
        "Permit2 is Uniswap's shared approval contract: you approve a token to it once, and apps then ask for signed "
        "permissions with an amount and an end. A signature costs no gas and shows no transaction, so phishing sites ask for "
        "one: read what is signed, and for whom.",
        ("token-approval", "phishing", "blind-signing"),
    ),
    Entry(
        "blind-signing",
        "blind signing",
        ("clear signing", "blind sign", "transaction simulation", "eip-712"),
        "Blind signing is approving a transaction whose content your device cannot show in plain words. Clear signing and "
        "simulation show what would move before you agree; several of the largest thefts needed only that nobody looked.",
        ("cold-wallet", "permit2", "phishing"),
    ),
    Entry(
        "mev",
        "maximal extractable value (MEV)",
        (
            "mev",
            "maximal extractable value",
            "miner extractable value",
            "frontrunning",
            "front running",
            "front-running",
            "mev bot",
            "backrunning",
            "proposer builder separation",
            "flashbots",
        ),
        "MEV is what can be earned by choosing which transactions go into a block and in what order: arbitrage, liquidations, "
        "sandwiches. Much of it is paid to those who build and propose blocks; private relays keep your trade out of sight.",
        ("sandwich", "mempool", "arbitrage"),
    ),
    Entry(
        "sandwich",
        "sandwich attack",
        ("sandwich", "sandwiched", "sandwich bot", "sandwiching"),
        "In a sandwich a bot sees your swap in the mempool, buys just before it and sells just after, so that you pay its "
        "profit. A tight slippage limit or a private relay prevents most of it.",
        ("mev", "slippage", "mempool"),
    ),
    Entry(
        "honeypot",
        "honeypot",
        ("honeypot token", "honey pot", "cant sell token", "sell tax", "buy tax", "transfer tax"),
        "A honeypot is a token that can be bought but not sold, by code that blocks or taxes sales, sometimes switched on "
        "later. A simulated sale that passes today does not prove that tomorrow's will.",
        ("rug-pull", "admin-key", "erc-20"),
    ),
    Entry(
        "rug-pull",
        "rug pull",
        ("rugpull", "rug", "rugged", "exit scam", "liquidity rug", "soft rug"),
        "In a rug pull the makers of a token take the liquidity or mint and sell until it is worthless. Signs are liquidity "
        "that is not locked, one key with every power, and a few wallets holding most of the supply.",
        ("honeypot", "admin-key", "pump-and-dump"),
    ),
    Entry(
        "exploit",
        "exploit",
        ("hack", "defi hack", "smart contract hack", "smart contract risk", "protocol hack", "zero day"),
        "An exploit uses a flaw in code, prices or keys to take funds, mostly within minutes and for good. Age, size, audits "
        "and a bug bounty lower the odds; they do not make a contract safe.",
        ("audit", "reentrancy", "oracle-manipulation"),
    ),
    Entry(
        "reentrancy",
        "reentrancy",
        ("re-entrancy", "reentrancy attack", "reentrant call", "read only reentrancy"),
        "In a reentrancy attack a contract is called again before it has finished noting what it paid out, and pays twice. "
        "The DAO of 2016 fell to it, and variants still do damage.",
        ("exploit", "smart-contract", "audit"),
    ),
    Entry(
        "oracle-manipulation",
        "oracle manipulation",
        ("price manipulation", "oracle attack", "price oracle attack", "oracle exploit", "donation attack"),
        "An attacker pushes the price an oracle reports, often in a thin pool and with a flash loan, then borrows against "
        "it or liquidates others. Averaged prices, several sources and caps make it dearer.",
        ("oracle", "flash-loan", "bad-debt"),
    ),
    Entry(
        "audit",
        "audit",
        ("smart contract audit", "security audit", "audited", "bug bounty", "formal verification", "code audit"),
        "An audit is a review of code by specialists at one moment. It finds many mistakes and misses some; check that it "
        "covers the version that is live, and who could change that.",
        ("exploit", "proxy", "smart-contract"),
    ),
    Entry(
        "phishing",
        "phishing",
        ("phishing site", "wallet drainer", "drainer", "fake airdrop", "scam link", "crypto scam", "ice phishing"),
        "Phishing lures you into signing or typing something that gives your coins away: a false site, a false airdrop, a "
        "helpful stranger. Open sites from your own bookmarks and read what you sign.",
        ("seed-phrase", "permit2", "address-poisoning"),
        weak=("scam",),
    ),
    Entry(
        "address-poisoning",
        "address poisoning",
        ("dust attack", "dusting attack", "poisoned address", "vanity address", "lookalike address", "dusting"),
        "In address poisoning a thief sends you a worthless transfer from an address that looks like one you use, hoping you "
        "copy it from your history. Compare the whole address, or use a saved contact.",
        ("phishing", "ens-name", "wallet"),
    ),
    Entry(
        "pig-butchering",
        "pig butchering",
        ("romance scam", "investment scam", "ponzi", "ponzi scheme", "pyramid scheme", "recovery scam"),
        "In this scam a stranger builds trust over weeks and leads you to a platform that shows gains and pays none out. "
        "A Ponzi scheme pays early members with the deposits of later ones. Whoever offers to recover the loss for a fee is "
        "usually the next thief.",
        ("phishing", "rug-pull", "pump-and-dump"),
    ),
    Entry(
        "address-label",
        "address labels",
        (
            "address label",
            "wallet label",
            "on-chain analysis",
            "onchain analysis",
            "address clustering",
            "chain analysis",
            "blockchain analytics",
        ),
        "A label says whom an address belongs to: an exchange, a protocol, a known thief. Labels come from declarations, from "
        "patterns and from guesses, so each deserves a confidence, and most addresses have none.",
        ("whale", "privacy", "ofac"),
    ),
    Entry(
        "kyc",
        "KYC and AML",
        ("kyc", "know your customer", "aml", "anti money laundering", "travel rule", "identity verification exchange"),
        "KYC is the duty of exchanges and banks to know who their customers are, AML the wider rules against money "
        "laundering. The travel rule makes providers pass on sender and receiver of transfers.",
        ("ofac", "cex-dex", "privacy"),
    ),
    Entry(
        "ofac",
        "OFAC sanctions",
        ("ofac", "sanction", "sanctions list", "sdn list", "sanctioned address", "sanctions"),
        "OFAC is the office of the US Treasury that keeps the list of sanctioned persons, the SDN list, which names some "
        "crypto addresses. A match is a matter of law; no match says only that the address itself is not on the list.",
        ("kyc", "privacy", "address-label"),
    ),
    Entry(
        "mica",
        "MiCA",
        ("markets in crypto assets", "markets in crypto-assets", "mica regulation", "eu crypto regulation", "casp"),
        "MiCA is the European Union's law on crypto assets. Its rules for stablecoins have applied since June 2024 and those "
        "for service providers since December 2024, with transition periods of up to 18 months.",
        ("stablecoin", "kyc", "genius-act"),
    ),
    Entry(
        "genius-act",
        "GENIUS Act",
        ("genius act", "us stablecoin law", "stablecoin regulation", "stablecoin bill"),
        "The GENIUS Act, signed in July 2025, is the United States' law on payment stablecoins. It asks for reserves in cash "
        "and short-term treasuries, monthly disclosure and supervision, and forbids the issuer to pay interest.",
        ("stablecoin", "mica", "depeg"),
    ),
)
