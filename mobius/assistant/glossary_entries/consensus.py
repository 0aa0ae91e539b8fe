"""Who secures a chain. Here: proof of work and of stake, mining, staking and its tokens. Not here: fees, scaling (chain)."""

from __future__ import annotations

from mobius.assistant.glossary_entries.entry import Entry

ENTRIES = (
    Entry(
        "consensus",
        "consensus mechanism",
        ("consensus", "consensus algorithm", "byzantine fault tolerance", "bft"),
        "Consensus is how a network's members agree on one history without trusting each other. Proof of work asks for spent "
        "energy, proof of stake for money that can be taken away.",
        ("proof-of-work", "proof-of-stake", "finality"),
    ),
    Entry(
        "proof-of-work",
        "proof of work",
        ("pow", "proof-of-work", "nakamoto consensus"),
        "With proof of work the right to add a block goes to whoever first finds a number that fits, by trial. The work "
        "makes rewriting history as costly as making it was; Bitcoin and Litecoin use it.",
        ("mining", "hash-rate", "proof-of-stake"),
    ),
    Entry(
        "proof-of-stake",
        "proof of stake",
        ("pos", "proof-of-stake", "delegated proof of stake", "dpos"),
        "With proof of stake the right to propose and confirm blocks is drawn by the coins put up, and those who cheat lose "
        "some of them. Ethereum changed to it in September 2022, which cut its energy use by more than 99 %.",
        ("staking", "validator", "slashing"),
    ),
    Entry(
        "mining",
        "mining",
        ("miner", "bitcoin mining", "mining pool", "asic", "mining difficulty", "difficulty adjustment"),
        "Miners compete to find the next block for new coins and fees. Bitcoin adjusts the difficulty every 2,016 blocks so "
        "that one is found about every ten minutes; what a miner earns depends on price, power cost and everybody else.",
        ("hash-rate", "halving", "proof-of-work"),
    ),
    Entry(
        "hash-rate",
        "hash rate",
        ("hashrate", "hashing power", "hash power", "hashes per second", "hashprice"),
        "The hash rate is how many tries a second all miners make together. It is estimated from how fast blocks come; a "
        "higher one makes an attack dearer and each miner's share smaller.",
        ("mining", "fifty-one-attack", "halving"),
    ),
    Entry(
        "fifty-one-attack",
        "51 % attack",
        ("51 attack", "51% attack", "51 percent attack", "majority attack", "double spend", "double spending"),
        "Whoever controls most of a chain's mining power or stake can leave out transactions and undo recent ones, spending "
        "coins twice. Small proof-of-work coins have suffered it; the larger the network, the dearer it is.",
        ("hash-rate", "finality", "reorg"),
    ),
    Entry(
        "staking",
        "staking",
        (
            "stake",
            "staking reward",
            "staking rewards",
            "eth staking",
            "staked",
            "unstaking",
            "staking yield",
            "solo staking",
        ),
        "Staking is putting up coins to secure a proof-of-stake chain, yourself or through others, for a reward of new coins "
        "and fees. Leaving may take days or weeks of queue, and misbehaviour of the validator is slashed. A solo validator "
        "on Ethereum needs 32 ETH.",
        ("validator", "slashing", "lst"),
    ),
    Entry(
        "validator",
        "validator",
        ("validators", "node operator", "validator queue", "exit queue", "attestation", "proposer"),
        "A validator proposes and confirms blocks with its stake as security. On Ethereum one holds 32 ETH to 2,048 ETH since "
        "May 2025, and joining or leaving is limited per day, so queues form.",
        ("staking", "slashing", "proof-of-stake"),
    ),
    Entry(
        "slashing",
        "slashing",
        ("slashed", "slash", "slashing penalty", "inactivity leak"),
        "Slashing takes part of a validator's stake for provable misbehaviour, above all signing two contradicting blocks or "
        "votes. Being offline costs far less. Many slashed at once lose more each.",
        ("validator", "staking", "restaking"),
    ),
    Entry(
        "lst",
        "liquid staking token (LST)",
        (
            "lst",
            "liquid staking",
            "liquid staking token",
            "liquid staking derivative",
            "lsd",
            "steth",
            "reth",
            "liquid stake",
        ),
        "An LST, such as stETH or rETH, is a token for coins staked through a protocol. It can be sold or lent while the "
        "stake earns; when many want out at once it may trade below what it stands for until the exit queue clears.",
        ("staking", "lrt", "depeg"),
        example="staked_ether",
    ),
    Entry(
        "lrt",
        "liquid restaking token (LRT)",
        ("lrt", "liquid restaking token", "liquid restaked token", "restaked eth"),
        "An LRT, such as weETH or ezETH, is a token for ether that is staked and restaked through a protocol. It stacks the "
        "risks of staking, of the services it secures, of the protocol, and of its own market price.",
        ("restaking", "lst", "depeg"),
    ),
)
