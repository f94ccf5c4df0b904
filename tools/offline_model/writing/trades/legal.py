"""Legal services: contracts, advice, documents."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="legal services",
    kind="subscription",
    category="legal advice service",
    customer="client",
    customers="clients",
    audience="small firms without a lawyer of their own",
    need="Certainty before signing about what a contract costs when things go wrong",
    difference="Every clause is sorted into fine, ask and stop, with the sentence to send back, and a lawyer signs off the stops",
    proof="Each finding shows the clause, the rule behind it and how often a lawyer changed the machine's verdict",
    promise="[customers] learn within an hour which three clauses matter and what to write back. They stop signing unread and stop paying for reading what was harmless.",
    model="[customers] pay per contract or by the month. They stay because their earlier contracts teach the review what they accept and what they never do.",
    advantage="A library of clauses with what was answered and what the other side then agreed to",
    gap="Lawyers are thorough and slow at a price per hour; templates are cheap and know nothing about the contract on the table. Nobody reads a four-page agreement the same afternoon and answers for it.",
    names=s.rows(s.NameIdea, """
        Redline | metaphor | RED-line | The lawyer's word for a marked change, and a limit not to cross. | Used by several document tools as an ordinary word.
        Clausel | invented | KLAW-zel | From clause; sounds like a helpful person. | Reminds German speakers of small print.
        Before You Sign | descriptive | be-FOR yoo SYNE | Says when it is needed and what it prevents. | Long on a button.
        Plainbrief | compound | PLAYN-breef | Plain words and a brief in one. | Brief means letter in German.
        Counterpart | metaphor | KOWN-ter-part | The second signed copy, and somebody on your side. | Could be the other party.
    """),
    sounds=s.Sounds(("Cla", "Juri", "Pact", "Ver", "Lex", "Sig"), ("vena", "dara", "ora", "mund", "alis", "ento")),
    taglines=s.lines("""
        Know it before you sign
        The small print, in large
        Three clauses matter. Here they are.
        Read by one who answers for it
    """),
    values=s.lines("""
        Answerable: a lawyer signs the stops, which costs speed at night.
        Plain words: we lose those who are impressed by Latin.
        Secrecy: no contract trains anything without a written yes, so we learn more slowly.
    """),
    traits=s.lines("""
        exact, never pompous
        calm, never soothing
        on your side, never against the other
    """),
    samples=s.rows(s.Sample, """
        home page | Page four takes your rights for ever. Here is the sentence that changes it.
        result message | Two clauses to ask about, one to stop at, eleven are fine.
        delay | A lawyer is still reading clause 9. You have it by three, or it is free.
    """),
    palettes=(
        s.palette("Ink, paper and the one red of a correction: sober enough for a court, clear enough for a phone.", """
            #22314F | Ink | trust without the blue of banks
            #6B5B95 | Margin Note | comments and second voices
            #C8102E | Redline | only where somebody must stop
            #FCFBF8 | Paper | reads for an hour without tiring
            #EFEDE6 | Folder | panels and clause cards
            #161B26 | Signature | dark for long text
        """),
    ),
    heading=s.Font("Libre Baskerville", "serif", "the voice of documents, without dust"),
    body=s.Font("IBM Plex Sans", "sans-serif", "figures and paragraph signs stay apart in small sizes"),
    marks=s.rows(s.Mark, """
        monogram | rounded square | Initials set like a paragraph mark in a margin: somebody has read this.
        link | none | Two joined rings, one slightly open: an agreement that can still be changed.
    """),
    imagery="Desks of people who work alone, a contract with pencil marks, daylight. No scales, no columns, no handshakes.",
    applications=s.lines("""
        Badge on a reviewed document
        Comment beside a clause
        Invoice and engagement letter
        Card in a co-working kitchen
    """),
    segments=s.rows(s.Segment, """
        Freelancers with foreign clients | Designers, developers and writers who get contracts in a language of law that is not theirs. | An answer the same day; A sentence to send back; A price known before | 41 | medium
        Small agencies | Teams of three to fifteen that sign ten contracts a month. | One policy for all; A record of what was agreed | 33 | high
        Landlords and tenants of small business space | People with one large contract every few years. | The traps of this one contract; A person to ask | 17 | medium
    """),
    personas=s.rows(s.Persona, """
        the careful designer | 0 | 33, works alone for clients in four countries; once lost the rights to her own work. | Keep her rights; Start on Monday | Lawyers who answer in two weeks; Templates that fit nobody | A client's contract of nineteen pages on a Friday | I do not want to win in court. I want never to be there.
        the tired managing partner | 1 | 45, runs an agency of nine and reads contracts at midnight. | One hour less per contract; No surprises about liability | Three versions in three mailboxes | A penalty clause nobody had seen | Somebody here signs every week, and nobody here has read it.
    """),
    rivals=s.rows(s.Rival, """
        ParaCheck | direct | Automatic review of uploaded contracts with a traffic light | 39 | Fast; Well-made reports | No lawyer behind it; English law only
        Kanzlei Direkt | direct | Lawyers at a fixed price per contract | 190 | Answers for its work; Any kind of contract | Three working days; No record across contracts
        General practice lawyer | indirect | Advice by the hour in the same town | 230 | Knows the client; Can go to court | Price unknown before; Slow
        Template shops | indirect | Contracts to fill in for one price | 29 | Cheap; At once | Useless when the other side sends theirs
        Signing unread | substitute | Trust and luck | 0 | Free; Friendly | Found out too late
    """),
    trends=s.rows(s.Trend, """
        Machines read contracts well | Error rates in finding standard clauses came close to those of young lawyers within a few years. | helps | now
        Rules on automated advice | Lawmakers ask who answers for advice a machine gives, and want a person named. | mixed | 1-2 years
        More people work alone across borders | Foreign clients send their own paper, in their own law. | helps | now
    """),
    risks=s.rows(s.Risk, """
        A missed clause | One overlooked liability costs more than a year's income of the service. | low | high | Lawyer on every stop, insurance per case, limits stated on page one | Findings changed by lawyers above four percent
        Law of the profession | Advice may be reserved to lawyers, and their firms may not take outside owners. | medium | high | Partner firm signs, opinion of the chamber before launch | A letter from the bar
        Clients do not dare to upload | Secrets keep [customers] from trying it. | medium | medium | Names blacked out before upload, storage in [country], deletion by default | Visitors who stop at the upload
    """),
    openings=s.rows(s.Opening, """
        Co-working houses and unions of freelancers | They promise their members help and have none to give. | Read thirty contracts for members of one house in [place] for nothing and count what was changed
        The other side's paper | Companies want their suppliers to sign faster and would pay for neutral explanation. | Offer one company's standard contract with explanations and measure days to signature
    """),
    questions=s.lines("""
        Which sign-off does the bar in [country] require?
        Do [audience] pay per contract or by the month after the second one?
        How many contracts can one lawyer sign off in a day?
    """),
    tiers=s.rows(s.Tier, """
        Single review | One contract up to ten pages; Sentences to send back; Lawyer on every stop | 49 | per project | 0.4 | 28
        Monthly | Four contracts a month; Own list of never and always; Reminder of deadlines | 29 | per month | 1 | 47
        Team | Twenty contracts; Shared library; Named lawyer | 89 | per month | 1 | 25
    """),
    channels=s.rows(s.Channel, """
        Clause answers in search | acquisition | One page per frequent clause with a plain explanation and a sentence to send back, signed by a lawyer. | Uploads per hundred readers
        Freelancer unions and co-working houses | referral | A code for members and a clinic once a month, on site. | Codes used per house and month
        Talks about bad contracts | awareness | Forty minutes with real clauses, names removed, at the meetings people go to anyway. | Uploads within a week of a talk
        Deadline reminders | retention | Notice periods found in a contract are sent before they pass. | Clients with three contracts or more
    """),
    operations=s.lines("""
        Uploaded contracts lose names and amounts before any machine reads them.
        The review sorts clauses; a lawyer of the partner firm signs every stop within four hours.
        Each changed verdict becomes a test the next version must pass.
        Contracts are deleted after thirty days unless the client keeps them.
    """),
    metrics=s.lines("""
        Hours from upload to answer
        Verdicts changed by lawyers
        Contracts per client and quarter
        Clients lost per month
    """),
    fixed=s.rows(s.Cost, """
        Cloud, models and storage in the country | 2400 | 1
        Professional liability insurance | 900 | 4
        Law library and accounting | 700 | 1
    """),
    staff=s.rows(s.Role, """
        Founder, lawyer | 1 | 4600 | 1
        Engineer | 2 | 5400 | 1
        Reviewing lawyer | 1 | 4400 | 4
        Partnerships | 1 | 3600 | 10
    """),
    once=s.rows(s.Cost, """
        Opinion on professional law | 9000 | 2
        First clause library | 16000 | 3
        Security audit | 12000 | 5
    """),
    market=s.Market("country", "Self-employed people and firms below ten employees who get contracts to sign", 55, 420, 34, 1.8, 11),
    money=s.Economics(6, 60, 10000, 3, 150, 35, 3, 12000, 14, 3, 50000),
    sources=s.rows(s.Publication, """
        Legal needs of small firms | National chamber of lawyers
        Self-employment and contracts | National statistics office
        Automated contract review compared | Institute for legal technology
    """),
)
