"""English words that carry no meaning of their own in an answer."""

FILLERS = frozenset(
    """
    um er erm hmm mm ah well please thanks thank just really actually so dear honey sweetheart darling
    sir madam ma'am gosh kindly literally basically
    """.split()
)

NEGATIONS = frozenset("no not never nor neither none nothing nobody without hardly".split())
TURNING = frozenset({"not", "never"})
MISHEARD: frozenset[str] = frozenset()
TRANSPARENT = frozenset("just really it this ever".split())
QUESTIONING = frozenset("who why would you should could if".split())

PLAIN_WORDS = frozenset(
    """
    uh i we me us my our you your he she they him her it this that there then the a an and but or to of at in
    on for from with by be am is are was were will do did have has had go get appointment visit doctor
    dentist clinic time day date today tomorrow monday tuesday wednesday thursday friday saturday sunday
    morning afternoon evening o'clock again also too still very much all good great nice bye goodbye hello
    cardiologist therapist neurologist surgeon specialist physio gynaecologist gynecologist urologist
    dermatologist orthopaedist ophthalmologist optician paediatrician pediatrician hygienist gp half past
    quarter hi reminding reminder calling call phone letting know see already as like love miss
    """.split()
)

OPENING_FILLERS = frozenset("so like actually just".split())

# Known beside a clear «I'll come» or «I won't», where they change nothing; a bare «yes» needs more.
HARMLESS_WORDS = frozenset(
    """
    son daughter husband wife mother father mum mom dad kid kids child children baby boy girl
    both minutes minute month months week weeks year god sake give slot planning
    away decided anymore going come coming wait waited waiting forward looking calendar diary phone alarm
    traffic rain snow weather tooth teeth back knee leg eye eyes heart blood pressure sick ill fever flu
    cold boss early sharp sorry honest honestly certain remember remembered written wrote reminder text
    message worry course
    bus car taxi train cab uber along city town village country house abroad hen pet duck mate guys folks
    grandson granddaughter grandkids grandchildren grandma grandpa grandmother grandfather granny nan carer
    neighbour neighbor brother sister aunt uncle cousin niece nephew friend partner family parents whole
    driving drives driven drive lift ride bringing brings bring taking takes take parking underground tube
    subway tram coach ferry road roads motorway slow ice storm wind fog sunny hot wet dark nurse surgeon
    specialist dentist cardiologist consultant cardiology checkup check-up scan blood-test test results
    prescription referral letter diary fridge pinned marked circled booked arranged asked got day-off
    afternoon-off leave annual retired pension free anyway though already early bright latest sometimes
    ankle shoulder hip neck chest throat stomach ear nose skin foot feet hand arm head migraine ache pain
    hurts hurting killing bothering aching swollen pills tablets ready packed dressed set up down nice
    lovely old age young thank goodness heavens swear promise absolutely totally personally together alone
    myself yourself himself herself ourselves themselves already called yesterday rang phoned texted emailed
    twice third second once again today before previously earlier lovely exam class classes lecture college
    university uni boss manager colleague shift morning afternoon evening night weekend anything nothing
    stick wheelchair frame crutches glasses hearing aid dear know told said say tell saying mind
    """.split()
)

AWAY_WORDS = frozenset("work job shift holiday hospital surgery broke broken home school office bank".split())
