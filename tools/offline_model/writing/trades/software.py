"""Software for work: tools, platforms, data."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="business software",
    kind="subscription",
    category="software tool",
    customer="team",
    customers="teams",
    audience="teams of five to fifty that outgrew their spreadsheets",
    need="One place where the work of the week is true, without a project to introduce it",
    difference="It starts from the spreadsheet that is already there and keeps that working while the team moves over",
    proof="The time from upload to the first working view is measured and shown: usually under ten minutes",
    promise="[customers] upload what they have and work in it the same morning. They stop copying between five tools.",
    model="[customers] pay by the month per team. They stay because their rules and history live here and can leave at any time.",
    advantage="Thousands of real tables that taught the import what people mean",
    gap="Large suites need consultants, small tools solve one thing. Nobody takes the table seriously that runs the company.",
    names=s.rows(s.NameIdea, """
        Ninth Column | metaphor | NYNTH KOL-um | The column somebody added, on which everything depends. | An insider's smile.
        Rowboat | compound | ROH-boht | Rows, and a boat that moves when all pull. | Small for a platform.
        Tavolo | invented | TA-vo-lo | Table, in Italian, where people meet. | A restaurant in Rome.
        Monday True | descriptive | MUN-day TROO | What the team wants to know on Monday. | Tied to a day.
    """),
    sounds=s.Sounds(("Data", "Logi", "Tabu", "Syn", "Kor", "Flux"), ("rion", "lane", "vero", "tal", "dex", "mira")),
    taglines=s.lines("""
        The table that runs you, grown up
        True on Monday
        Keep the sheet, lose the mess
    """),
    values=s.lines("""
        Leave any day: export is the first button, which makes leaving easy.
        No seats game: one price per team, and large teams get it cheap.
        Boring first: what is not reliable is not released.
    """),
    traits=s.lines("""
        clear, never clever
        quick, never hurried
        modest, never vague
    """),
    samples=s.rows(s.Sample, """
        import screen | We found 14 columns. Two mean the same.
        home page | Bring the spreadsheet. Yes, that one.
        outage | Saving was down for six minutes. Nothing is lost. Here is the log.
    """),
    palettes=(s.palette("Graph paper and ink: indigo, cell green, one cursor.", """
        #3D348B | Indigo | software that is not blue
        #1B998B | Filled Cell | done, valid, saved
        #F18701 | Cursor | where one is now
        #FBFBFE | Graph Paper | calm grid
        #ECEBF6 | Header Row | panels
        #191730 | Terminal | dark for text
    """),),
    heading=s.Font("Space Grotesk", "sans-serif", "a little technical, on purpose"),
    body=s.Font("Inter", "sans-serif", "figures of one width in tables"),
    marks=s.rows(s.Mark, """
        facets | rounded square | Cells that form a whole.
        ascent | none | Rows of growing length.
    """),
    imagery="Real screens, real tables with names changed, hands on keyboards. No floating cubes.",
    applications=s.lines("""
        Browser tab
        Import screen
        Status page
    """),
    segments=s.rows(s.Segment, """
        Operations in small firms | Ten to fifty people, one heroic spreadsheet. | Import as is; Rights per row | 45 | high
        Agencies and studios | Projects, hours, invoices. | Views for clients | 29 | medium
        Departments in large firms | Teams that wait for central IT. | No installation; A contract they may sign | 18 | high
    """),
    personas=s.rows(s.Persona, """
        the keeper of the sheet | 0 | 41, built the table in 2017 and cannot go on holiday. | A week off; No wrong copies | Tools that start empty | A deleted column | If you can read my sheet, you can have it.
        the agency lead | 1 | 36, twelve people, four tools, invoices by night. | See margin by project | Double entry | A project without margin | I want one number I believe.
    """),
    rivals=s.rows(s.Rival, """
        Gridbase | direct | Tables as a database | 99 | Flexible; Templates | Starts empty
        Opsly Suite | direct | Work platform with modules | 240 | Complete | Consultants
        Large office suite | indirect | Spreadsheets for all | 62 | Everybody knows it | Copies
        Custom development | indirect | Built by an agency | 900 | Fits exactly | Months
        Going on with the sheet | substitute | One more column | 0 | Free | One person
    """),
    trends=s.rows(s.Trend, """
        Machines read messy tables | Imports that took consultants are done in minutes. | helps | now
        Tool budgets get cut | Firms count subscriptions and drop a third. | mixed | now
        Data must stay in the region | Tenders ask where data lies. | helps | 1-2 years
    """),
    risks=s.rows(s.Risk, """
        The suite adds it | A large supplier copies the import. | high | medium | Own the messy cases, migrate from the suite too | A beta announcement
        A leak | One table of one team gets out. | low | high | Encryption per team, audits, drills | Findings in a test
        Slow sales | [customers] test for months. | high | medium | Import on the first call, month for nothing only after it | Days from import to payment above forty
    """),
    openings=s.rows(s.Opening, """
        Accountants and consultants | They see the sheets of thirty firms. | Five consultants in [place], two clients each
        Firms with a retiring keeper | The person who understands the sheet leaves in June. | Ten such firms by one advertisement
    """),
    questions=s.lines("""
        Which share of real sheets imports without a person?
        Who signs in teams of [audience], and up to which sum?
    """),
    tiers=s.rows(s.Tier, """
        Team | Ten people; Import; History of a year | 39 | per month | 1 | 50
        Business | Fifty people; Rights per row; Interfaces | 129 | per month | 1 | 38
        Business yearly | Everything in Business; Named contact | 1190 | per year | 0 | 12
    """),
    channels=s.rows(s.Channel, """
        Searches for spreadsheet trouble | acquisition | A page per trouble with an upload on it. | Imports per thousand readers
        Consultants | referral | A free place for them, a share for a year. | Teams per consultant
        Talks with real sheets | awareness | The worst sheet of the month, cleaned live. | Imports within a week
        Monday mail | retention | Three numbers that changed since Friday. | Teams active on Mondays
    """),
    operations=s.lines("""
        Imports that fail are finished by a person within a day and become a test.
        Releases go out on Tuesdays, behind a switch.
        Backups are restored every month, for real.
    """),
    metrics=s.lines("""
        Imports without a person
        Days from import to payment
        Teams active on Mondays
    """),
    fixed=s.rows(s.Cost, """
        Cloud and models | 2100 | 1
        Security tests and insurance | 700 | 3
        Office and accounting | 600 | 1
    """),
    staff=s.rows(s.Role, """
        Founder | 1 | 4500 | 1
        Engineer | 3 | 5700 | 1
        Import and support | 1 | 3200 | 5
        Sales | 1 | 4200 | 8
    """),
    once=s.rows(s.Cost, """
        Security certificate | 18000 | 8
        Site and brand | 8000 | 3
    """),
    market=s.Market("country", "Firms and departments of five to fifty people that pay for work software", 14, 1900, 20, 1, 10),
    money=s.Economics(5, 15, 12000, 3, 420, 35, 2.2, 4000, 14, 3, 90000),
    sources=s.rows(s.Publication, """
        Software spending of small firms | Digital association
        Spreadsheets in operations | Institute for work
    """),
)
