"""Words of markets and crypto, with what they say. Here: valences, phrases, emojis, what moves and what is moved.

The well-kept base is VADER's lexicon (Hutto and Gilbert, ICWSM 2014) of general English; what stands here is added to it and
overrides it, since "share", "interest" and "security" praise nothing in a market. Valences run from -4 to 4, as VADER's do.
Not here: how they are put together (scorer, movement).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_VALENCES = """
3.4 mooning lambo mooned wagmi moonshot
3 bullish moon undervalued gem outperform outperforms outperformed outperforming bullrun uptrend godcandle giga
3 gigachad
2.6 breakout rally rallies rallied rallying soar soars soared soaring surge surges surged surging skyrocket
2.6 skyrocketed skyrocketing rocketed parabolic hodl hodling hodler lfg oversubscribed windfall legit leap leaps
2.6 leaped leapt spike spikes spiked moons ripping breakouts explosive
2.2 jump jumps jumped jumping climb climbs climbed climbing upgrade upgrades upgraded rebound rebounds rebounded
2.2 rebounding recover recovers recovered recovery recoup ath aths beat beats topped exceed exceeds exceeded surpass
2.2 surpasses surpassed profitable buyback buybacks overweight bottomed reclaim reclaims reclaimed thrive thriving
2.2 adoption accumulate accumulating accumulation tailwind tailwinds upbeat buoyant robust resilient resilience
2.2 milestone bargain bargains scarce scarcity audited trustless permissionless decentralized decentralised innovative
2.2 revolutionary revolution bulls bull hopium undeniable attracts attracted pays succeed succeeds succeeded stellar
2.2 blowout impressive outstanding triumph triumphs bags clinch clinches wins overtakes overtook tops undervaluation
2.2 thrives outsell turnaround
1.8 rise rises rose risen rising gain gains gained gaining advance advances advanced upside higher record records
1.8 hodled doubled tripled quadrupled boost boosts boosted boosting lift lifts lifted strengthen strengthened
1.8 strengthens grow grows grew grown growth increase increases increased increasing improve improves improved
1.8 improving expand expands expanded expanding accelerate accelerates accelerated awarded secures secured approve
1.8 approves approved approval approvals upped raises raised inflow inflows stronger strongest airdrop momentum
1.8 steadies steadied boom booming booms attractive complements strongly progress progressing breakthrough benefit
1.8 benefits benefited benefiting exceptional healthy lucrative rewarding enhance enhances enhanced upgrading rewarded
1.8 optimism favourable favorable pop pops popped unlock unlocks rich win winner winners easier accretive affordable
1.8 modernise savings save saves secure scalable transparent borderless innovation acceptance accepts accepted
1.8 reliable flourish flourishes flourishing
1.4 strong solid upward oversold uptick bounce bounced bounces comeback reopen reopens reopening resumed outpace
1.4 outpaced halving hodlers optimistic confident eases eased easing
-1.4 overbought downside slower slowdown slows slowed delay delays delayed halt halts halted halting postpone
-1.4 postponed lower lowers lowered caution cautious uncertainty fud outflow outflows crackdown crackdowns headwind
-1.4 headwinds weigh weighs
-1.8 fall falls fell fallen falling drop drops dropped dropping decline declines declined declining slip slips slipped
-1.8 slipping dipped decrease decreases decreased decreasing loss losses lose loses losing lost drag drags dragged
-1.8 weaken weakens weakened weaker weakest weakness sluggish soften softer cutting shrink shrinks shrank layoff
-1.8 layoffs laid lawsuit lawsuits sue sues sued suing probe probes investigate investigated investigation fine fined
-1.8 fines downtrend underweight miss misses missed disappoint disappoints disappointing disappointed pullback bears
-1.8 bear unprofitable overpriced outdated speculative wasted dying delist delists delisted delisting outage outages
-1.8 unsustainable slide slides slid sliding bleed struggle struggles struggled struggling stall stalls stalled
-1.8 suspend suspends suspended impairment recession default lag lags lagged lagging recall recalls recalled
-1.8 skepticism scepticism woes woe concern concerns doubt doubts fear fears worry worries worried worrying tough
-1.8 mediocre buggy faulty damage damaging hurts hurting painful trouble troubled deficit shortage turmoil backlash
-1.8 overvaluation peril pain jeopardy jeopardise threat threatens threatened risky broke denied denies rejects
-1.8 rejected reject blocks blocked barred restructuring grim gloom gloomy dismal bleak sour soured contraction
-1.8 contracted unrest quarantine outbreak lacks lack lacking pullbacks shortfall revoked revoke setback setbacks
-1.8 stagnant stagnation suffers suffer suffered suffering exodus cancels cancelled canceled cancelling scraps
-1.8 scrapped bailing deteriorate deteriorated deteriorating deteriorates flop flops bust hit hits negative negatively
-1.8 unsafe abandoned overhyped hyped manipulative rigged propped unregulated unusable unstable impossible vanish
-1.8 vanished vanishes pointless
-2.2 downgrade downgrades downgraded underperform underperforms underperformed sink sinks sank sinking tumble tumbles
-2.2 tumbled tumbling slump slumps slumped slumping plummet plummets plummeted plummeting plunge plunges plunged
-2.2 plunging dump dumping dumped dumps bleeding selloff bearish overvalued ngmi paperhands bagholder bagholders
-2.2 bagholding copium capitulation capitulate capitulated bankrupt bankruptcy insolvent insolvency insolvencies
-2.2 liquidated liquidation liquidations liquidate depeg depegs depegged depegging cooked exploit exploits exploited
-2.2 hack hacks hacked hacker hackers hacking drained drain breach breached vulnerability vulnerabilities phishing
-2.2 stolen stole steal theft centralized centralised manipulated manipulation manipulating laundering launder ban
-2.2 bans banned banning warns warning warned collapse collapsed collapses collapsing frozen freeze freezes
-2.2 redundancies axe axed shutter shutters shuttered closure closures strike strikes fades fading fade tank tanks
-2.2 tanked tanking crater craters cratered cratering downfall nosedived rout routs bloodbath meltdown plague plagued
-2.2 dire derail derailed fiasco scandal scandals crook crooks demolish demolished illiquid toxic criminals slaughter
-2.2 carnage evaporated vaporized evaporate indicted arrested jailed sentenced convicted guilty pleaded misled
-2.2 misleading lied lying liar liars fake fakes bogus rip
-2.8 crash crashes crashed crashing rekt rugged rug rugs rugpull rugging ponzi ponzis pyramid scam scams scammed
-2.8 scammer scammers scammy scamming shitcoin shitcoins shitcoiner fraud fraudulent frauds honeypot nosedive
-2.8 nosediving obliterated wiped dogshit trash garbage crap delusional moron morons idiot idiots clown clowns
-2.8 clownish dumbest cesspool pos grifter grifters grift delusion bagged wreck wrecked implode imploded implodes
-2.8 imploding pathetic joke jokes sucky shitty shit bullshit shite dogwater shill shills shilling shilled turd crappy
"""

_TALK = """
2.6 based alpha
2.2 stacking freedom goat potential
1.8 bought buy buying buys holding green pump pumping pumped pumps growing launch launches launched partnership
1.8 partners invest invested investing investment hike hikes dividend efficient cheap early future diamond best better
1.8 faster utility hedge revolution adopters win winning patient patience grateful love loves loved fan trust growth
1.8 accumulate dca stack stacked hodled staking
1.4 long longs support supports adopt adopts adopted adopting contract expansion resume resumes double doubling triple
1.4 hold holders target ease
-1.4 short shorts puts put sell selling sells sold volatile volatility slow down bubble expensive regulators
-1.4 competition burn
-1.8 dip dips cut cuts resistance correction useless worthless pointless gamble gambling speculation environmental
-1.8 waste red greed greedy dumb dumber gullible naive regret regrets worse worst bs outdated
-2.2 cope exit hype sanctions criminals criminal illegal
-2.8 dead cult
"""

_NOTHING = """
share shares interest gross crude security securities united party energy trust active assets asset credit number
numbers value play debt executive please natural matter matters yes fire fires top certain alert agree agreement
demand stock stocks exchange vested like intelligence care reserve mutual challenge joint commit well gas kind
agreements feature intel heroes special novel creative giant chief alliance capital prospect original pressure ha
partner collateral curve arrest important importance pay paid charge charges charged fund funds opportunities
significant combination pretty
"""

_PHRASES = """
3.2 can't go wrong|cant go wrong|go back up|back up again|take off|taking off|takes off|never die|not going away
3.2 isn't going away|will survive|comes back|bounce back|future of money|future of finance|changes the world
3.2 change the world|on sale|at a discount|happy with|glad i bought|should have bought|wish i bought|worth millions
3.2 easy win|easy 10x|lfg|next leg up|to the moon|all time high|all-time high|new high|record high|diamond hands
3.2 buy the dip|bought the dip|buying the dip|bag is full|game changer|game changing|store of value|digital gold
3.2 sound money|here to stay|on fire|knocked it out of the park|killing it|up only|going up|going higher|way up
3.2 all the way|cant wait|can't wait|still early|so early|huge potential|no brainer|bull run|bull market|bull flag
3.2 easy money|strong buy|passive income|long term hold|best investment|good entry|great entry
2.4 shares higher|stock higher|price target to|buy rating|approved by|pays off|sees record|positive results
2.4 financial freedom|beats estimates|beat estimates|tops estimates|above expectations|better than expected
2.4 better-than-expected|ahead of|price target raised|raises price target|raised to buy|higher low|golden cross
2.4 cup and handle|bottom is in|bounced back|loading up|filling my bags|filling bags|stacking sats|adding more
2.4 added more|just bought|bought more|buy more|long term|back on track|turned profitable|swung to a profit
2.4 swings to profit|cuts loss|narrows loss|well positioned|positive momentum|ripping higher|ripped higher
2.4 short squeeze|double bottom|on the rise|in the green|new record|net buyer|share buyback|buy signal|breaking out
2.4 breaks out|broke out|looking good|looks good|looks great|looking great|looking strong|ready to run|lets go
2.4 let's go|thank god|made me rich|changed my life|be patient|gets approval|wins approval|won approval|wins contract
-2.4 death cross|lower high|below expectations|worse than expected|worse-than-expected|misses estimates
-2.4 missed estimates|sell signal|profit warning|going down|goes down|going lower|way down|breaking down|breaks down
-2.4 broke down|in the red|sell off|sell-off|bull trap|bear market|dead cat bounce|bear flag|double top
-2.4 head and shoulders|price target cut|cuts price target|lowers price target|cut to sell|swung to a loss
-2.4 swings to loss|widens loss|job cuts|cuts jobs|cut jobs|job losses|lay off|lays off|laying off|no intrinsic value
-2.4 no inherent value|lack of intrinsic value|lacks intrinsic value|lacks inherent value|intrinsically worthless
-2.4 no use case|use case for criminals|paper hands|weak hands|exit liquidity|buy high|sell low|top is in|stop loss
-2.4 out of money|halts withdrawals|halted withdrawals|withdrawals halted|paused withdrawals|files for bankruptcy
-2.4 chapter 11|class action|wells notice|under investigation|under pressure|under fire|runs dry|stop buying|pull back
-2.4 pulls back|pulled back|run out|runs out|at risk|go wrong|goes wrong|went wrong|price cut|slow down|slows down
-2.4 steps down amid|raises concerns|raise concerns|raised concerns|no longer|step away|walk away|cashed out|cash out
-2.4 cashing out|sell everything|sold everything|sold all|never recover|won't recover|never coming back|can't even
-2.4 pipe dream|bad idea|get out while|don't fall for|dont fall for|do not buy|don't buy|dont buy|not buying|too risky
-2.4 red flag|red flags
-3.2 going to zero|go to zero|goes to zero|went to zero|to 0|pump and dump|rug pull|pulled the rug|exit scam
-3.2 death spiral|stay away|house of cards|nail in the coffin|bag holder|bag holders|left holding the bag|get rekt
-3.2 got rekt|so rekt|im cooked|it's over|its over|lost everything|lost my|lost all|losing money|lost money|cash grab
-3.2 money grab|greater fool|tulip mania|fools gold|waste of money|waste of|stay out|steer clear|shit coin|shit coins
-3.2 trash coin|dead coin|money laundering|private key leaked|wiped out|worth nothing|dead project|should be ashamed
-3.2 no thanks|wash trading|printing money out of thin air|out of thin air|bank run|off a cliff|infinite mint
-3.2 flash loan attack|reentrancy attack|stop losing|sucks|gone forever|lower lows|new low|all time low|all-time low
"""

_EMOJIS = """
3 🚀🌕🌙💎🙌🔥📈🐂🎉🥳🏆💪🤑😍❤🧡💛💚💙💜🖤🤩🙏👏✅🍾💯🥂🌝😊😎👑🔝🎯🐮⬆👍🤝💰🟢😁😀🤗☀🌞
-3 📉🐻💩🤡😭😡🤬💀☠🤮🤢😤👎🪦🚨😱😢😞😔😩🩸🔻⬇❌😠😰😨🙄🧻🔴😒😓💔🖕🆘⚠
"""

RISING = frozenset("""
rise rises rose risen rising increase increases increased increasing grow grows grew grown growing growth climb climbs
climbed climbing jump jumps jumped jumping surge surges surged surging soar soars soared soaring gain gains gained
gaining up higher more widen widens widened widening expand expands expanded expanding doubled tripled quadrupled hike
hikes hiked raise raises raised raising boost boosts boosted boosting lift lifts lifted strengthen strengthened
strengthens improve improves improved improving accelerate accelerated rally rallies rallied rallying advance advances
advanced rebound rebounds rebounded recover recovers recovered exceed exceeds exceeded beat beats tops topped surpass
surpassed upgrade upgrades upgraded rocket rockets rocketed skyrocket skyrocketed outperform outperformed ups upped
bigger stronger mounting swell swells swelled swelling heightened elevated
""".split())  # fmt: skip
"""Words by which something becomes more."""

FALLING = frozenset("""
fall falls fell fallen falling drop drops dropped dropping decline declines declined declining decrease decreases
decreased decreasing slip slips slipped slipping slide slides slid sliding sink sinks sank sunk sinking tumble tumbles
tumbled tumbling plunge plunges plunged plunging plummet plummets plummeted plummeting slump slumps slumped slumping
down lower lowers lowered lowering less cut cuts cutting reduce reduces reduced reducing reduction shrink shrinks
shrank shrunk narrow narrows narrowed narrowing dip dips dipped weaken weakens weakened weaker slow slows slowed
slowing trim trims trimmed trimming slash slashes slashed slashing miss misses missed dive dives dived nosedive crash
crashes crashed contracted halve halved smaller ease eases eased easing drag drags dragged retreat retreats retreated
shed sheds downgrade downgrades downgraded erode erodes eroded tank tanks tanked crater craters cratered avert averts
averted avoid avoids avoided curb curbs curbed settle settles settled dismissed dismisses resolved resolves erased
""".split())  # fmt: skip
"""Words by which something becomes less."""

WELCOME = frozenset("""
profit profits sales revenue revenues earnings income eps ebit ebitda margin margins order orders orderbook demand
price prices share shares stock stocks dividend dividends guidance outlook forecast forecasts target rating turnover
output production volume volumes deliveries bookings subscribers users customers traffic exports gdp jobs hiring
payrolls confidence sentiment tvl liquidity adoption activity hashrate inflows futures index nasdaq dow ftse nikkei
gold oil euro dollar market markets equities cash capacity backlog surplus bitcoin btc eth ethereum crypto
cryptocurrencies token tokens coin coins altcoins stake payout reserves wallets addresses yield yields
""".split())  # fmt: skip
"""What one is glad of when there is more of it."""

UNWELCOME = frozenset("""
loss losses cost costs expense expenses debt debts debtors deficit unemployment claims jobless risk risks fraud
complaints fees default defaults delinquencies layoffs redundancies deaths casualties churn outflows hacks exploits
scams lawsuits fine fines penalty penalties tax taxes tariff tariffs tensions fears fear concerns worries worry
uncertainty volatility liabilities writedown writedowns impairment impairments bankruptcies shorts congestion outages
delays inflation shortfall shortage liquidations selling pressure losers gas slippage dilution burden downtime
recession inventories bets strike crackdown ban
""".split())  # fmt: skip
"""What one is glad of when there is less of it."""

NEGATIONS = frozenset("""
not no never none nobody nothing neither nor without isnt isn't aint ain't wasnt wasn't arent aren't dont don't doesnt
doesn't didnt didn't cant can't cannot couldnt couldn't wont won't wouldnt wouldn't shouldnt shouldn't hasnt hasn't
havent haven't hardly barely unlikely fails fail failed stop stopped isn’t wasn’t don’t doesn’t didn’t can’t won’t
wouldn’t shouldn’t aren’t haven’t hasn’t
""".split())  # fmt: skip


def _lines(block: str) -> Iterator[tuple[float, str]]:
    for line in block.strip().split("\n"):
        valence, _, rest = line.partition(" ")
        yield float(valence), rest


def _words(block: str) -> dict[str, float]:
    return {word: valence for valence, words in _lines(block) for word in words.split()}


TALK: Mapping[str, float] = _words(_TALK)
"""Valence by word where somebody speaks: "sold mine" says much, "sold its paper mill" nothing."""
WORDS: Mapping[str, float] = dict.fromkeys((*_NOTHING.split(), *TALK), 0.0) | _words(_VALENCES)
"""Valence by word in any text, 0 for what praises and blames nothing here."""
PHRASES: Mapping[str, float] = {
    phrase: valence for valence, phrases in _lines(_PHRASES) for phrase in phrases.split("|")
}
"""Valence by phrase of several words, or of one that means more than it says."""
EMOJIS: Mapping[str, float] = {sign: valence for valence, signs in _lines(_EMOJIS) for sign in signs}
