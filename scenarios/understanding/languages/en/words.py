"""English words that carry no meaning of their own in an answer."""

FILLERS = frozenset(
    """
    um uh er erm hmm mm ah well please thanks thank just really actually so like dear love honey
    sweetheart darling sir madam miss ma'am gosh kindly literally basically
    """.split()
)

NEGATIONS = frozenset("no not never nor neither none nothing nobody without hardly".split())
TURNING = frozenset({"not", "never"})
MISHEARD: frozenset[str] = frozenset()
TRANSPARENT = frozenset("just really it this ever".split())
QUESTIONING = frozenset("who why would you should could if".split())

PLAIN_WORDS = frozenset(
    """
    i we me us my our you your he she they him her it this that there then the a an and but or to of at in
    on for from with by be am is are was were will do did have has had go get appointment visit doctor
    dentist clinic time day date today tomorrow monday tuesday wednesday thursday friday saturday sunday
    morning afternoon evening o'clock again also too still very much all good great nice bye goodbye hello
    hi reminding reminder calling call phone letting know see already as
    """.split()
)
