"""Common words that are spelt almost like a name of the registry, and are not slips of it. Here: the list, made for
        this use.

`years` is one letter from Yearn, `balance` from Balancer, `either` from ether. A word that is not here may be taken
for the
misspelt name, so whoever adds a name adds the words around it.
"""

from __future__ import annotations

COMMON_WORDS: frozenset[str] = frozenset(
    """
    match matches vault vaults after alter alto altos balance balances balanced balancing balancer beast bash bitch
    build builds
    built chili chilli compose composed compounds compounded curved curves curse cursed carve carved decree either
    ether gross
    grabs grasp glass incentive inactive injection injecting objective jupyter kappa lines linear lined line linens
    liner link
    links linked linking chaining looping lowering lunar magic magical treasury treasuries mantra manta mangle mantel
    mantle make
    makes maker makers marker markers marked market baker taker takers morph movement movements optimise optimize
    optimised
    optimized optimist optimistic optimal polygons quanta quart quarter quarto reader readers render renders rendered
    lender
    lenders sender gender tender robin rodin rune runes sheet sheer sharp spare spark sparks stark shark start starts
    started state
    states story store stored storm store stack stacks stacked sticks stocks stock snack snacks slacks synthetic
    synthetics
    synthesis steps stein terry tetra teeth tether tethers together theta trumps virtual virtually wakes waves waxes
    wales years
    year yearn yearly learn early horizon abstract abstracts backtrack binge benign begin codebase comes comet comets
    coast coset
    derive derived drive driven drives draft drift drifts fractal gains grains grade graded inverse investor investors
    marginal
    margin margins marinated meteor meteors radian radians radiant resolve resolved solve solved shell spell smell
    swell small
    stale stage stages stated stadium superior symbolic venue venues venus menus whiteout athena athens celestial
    central arbitrary
    arbiter finance financed financial binary balcony phantom fathom fandom cellar stellar stella dollar cosmic cosmos
    costume
    altcoin altcoins bitcoiner bitcoiners solar solana salon saloon sonar sonic tonic topic tropic toxic chronos chrono
    crones
    cronies pepper pepperoni paper papers pepe peppa dodge dogs doge doggy doggie doggo hedge hedges hedged header
    headers heaven
    moreno money monroe monero mother flare flair flame flash blaze plasma plasmas please pleas aerodromes quality
    quantum quant
    graph graphs grape grapes graphic crash crush cream scream scroll scrolls scribble shield shields shiver sandbox
    sand hand
    hands wormholes thorough thor through throne orchard orca oracle oracles oral coral sushi sushis pancakes cake
    cakes canto
    gala galaxy gamma gallon uniform union unions unique unite united universe university unicorn convex convert
    converts
    converted concert concerts contact contacts context complex compare compares compared compass rocket rockets pocket
    lido video
    ledger ledgers lodge rally ronin roman romans ruin ruins frame frames france franc francs fluids fluid floki flock
    flocks
    float floats block blocks bloke smoke spoke stoke jasmine ankle anchor anchors akash cash crypto cryptos cryptic
    capital
    captain capacitor cardio cardigan cardinal carding carbon carton cartoon harmony harmonic hormone helium helping
    element
    neutron electron litter little litres later latter light lighter lights lightning fighter lira liras letter letters
    pundit
    bundle bundles bandit bonkers bonds bond bonus bones bonny brett beret bread treat threat traders trader trade
    trading threads
    filing filings falcon falconry finding fundraising ethereal ethernet ethanol ethic ethics ethical ethnic avalanches
    available
    tailored maple mapple apple apples ample sample simple staple stable stables cable table vechicle vehicle vehicles
    vector
    binding banding kraken broken crackers cracker tracker trackers mexican gemini germany german coinage conbase
    database
    coinbases robinhood rubinho upbeat upset update updated bitter bitten bitmap bytes bites debit debits orbit bumble
    kucoins cocoon casino casinos cosine cousin cushion custom customs customer jitter jitters bitty dirty solid
    solving sovereign
    pendulum puddle paddle peddle pedal penelope people opens opensea openness polymer polymath kayak kami karma
    kamikaze lombards
    lumber number numbers member members sushiro moons moonwalk pumps pumped pumping dumps dumped merge merges verge
    surge purge
    waive wave weave waver tweak spiced spice space spaces flows flown blows glows chains changing changes change
    chance chances
    hopes hoped dashed dasher masks masked basket tasks asked stargazer cheap cheaper chew cosy easy ocean oceans clean
    cleans
    bands bandana brand brands grand grand grant grants graft crafts craft oasis basis bases based basic basics babel
    base baseball
    wrap wraps wrapped raydome radio radium stadiums medium tedium aster astern easter eastern disaster master faster
    roaster
    tezos texas taxes tacos tesla tensor sensors bitten injured plume plumes kaspersky conflict conflicts conflate
    zillow zilch
    ripped rips toolchain shiva whitelist optimiser optimizer monaco brent bunko arbitraj sparkline sparklines monat
    monate monats gerade staker stakers penguin
    deck decks desk desks decide decides secret second seconds siren worldwide world words word tokens token taken takes
    """.split()
)
