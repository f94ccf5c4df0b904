"""Finance: accounts, payments, budgets, insurance."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="personal and business finance",
    kind="subscription",
    category="finance app",
    customer="account holder",
    customers="account holders",
    audience="self-employed people with uneven income",
    need="A calm answer to the question how much of the money on the account is really theirs",
    difference="Every payment is split on arrival into tax, reserve, wage and free, with the rule shown",
    proof="At the year's end the app pays the interest if its tax estimate was too low",
    promise="[customers] see one number they may spend. They stop paying tax from next month's invoices.",
    model="[customers] pay by the month for the account and what it decides. They stay because their reserve lives there.",
    advantage="Histories of uneven incomes, which make the next estimate better than a percentage",
    gap="Banks show balances, accountants speak in spring. Nobody says on the day of the payment what belongs to whom.",
    names=s.rows(s.NameIdea, """
        Quarterday | compound | KWOR-ter-day | The day taxes fall due, made harmless. | British word.
        Keel | metaphor | KEEL | What keeps a small boat upright. | Short words are often taken.
        Saldara | invented | sal-DA-ra | From balance; round in southern languages. | Needs spelling in English.
        Set Aside | descriptive | SET a-SYDE | Does what it says with every payment. | Modest for an account.
    """),
    sounds=s.Sounds(("Sal", "Mone", "Fid", "Tal", "Cura", "Bal"), ("dera", "vanto", "ena", "ium", "tis", "ora")),
    taglines=s.lines("""
        The part that is yours
        Split before it is spent
        Uneven income, even sleep
    """),
    values=s.lines("""
        No credit sold: the best-paid product of the trade is missing here.
        Rules in the open: everybody can see and change each split.
        Prudence: our estimates are high, and some find them too high.
    """),
    traits=s.lines("""
        sober, never grey
        reassuring, never vague
        brief, never cryptic
    """),
    samples=s.rows(s.Sample, """
        payment message | An invoice was paid. A third is already tax.
        home page | One number you may spend.
        outage | Transfers are slow today. Nothing is lost; this is where they are.
    """),
    palettes=(s.palette("Banknote and night: a green from engraving, deep blue, a copper coin.", """
        #0E6B4F | Engraving | money without a bank's blue
        #14213D | Vault | depth for figures
        #C77D3B | Copper | small change and small signals
        #F9FBFA | Ledger | quiet for columns
        #E6EFEB | Passbook | cards
        #12201B | Stamp | dark for figures
    """),),
    heading=s.Font("DM Serif Display", "serif", "a bank's gravity in few words"),
    body=s.Font("IBM Plex Sans", "sans-serif", "figures of one width"),
    marks=s.rows(s.Mark, """
        facets | hexagon | A sum cut into honest parts.
        ascent | rounded square | Four columns: tax, reserve, wage, free.
    """),
    imagery="Work tables with invoices, hands that count, evening light. No piggy banks, no skyscrapers.",
    applications=s.lines("""
        Card
        Message after a payment
        Yearly statement for the tax office
    """),
    segments=s.rows(s.Segment, """
        Freelancers in their first years | Good months, bad months and a first demand from the tax office. | Know what is free; No spreadsheets | 46 | medium
        Small crafts with one employee | Wages due whether invoices are paid or not. | A wage reserve; Warnings early | 32 | high
        People with two incomes | A job and a business beside it. | Tax on the second one | 14 | low
    """),
    personas=s.rows(s.Persona, """
        the first-year translator | 0 | 30, good at her work, frightened by brown envelopes. | Know her wage; One quiet quarter | Banks that show one sum | An advance payment she had not expected | I do not know if I am rich or broke.
        the roofer with one man | 1 | 43, paid late by builders, pays wages on the last day. | Never pay wages late | Credit lines with small print | An invoice ninety days old | Warn me on the tenth, not on the thirtieth.
    """),
    rivals=s.rows(s.Rival, """
        Solobank | direct | Business account with tax sub-accounts | 16.9 | Bank licence; Brand | One percentage for everybody
        Kontor | direct | Bookkeeping with bank link | 24 | Complete; Used by accountants | Looks back, not ahead
        House bank | indirect | Account and overdraft | 8.5 | Branch; Credit | No idea of tax
        Accountant | indirect | Advice and returns | 145 | Responsible; Knows the law | Speaks in spring
        Spreadsheet | substitute | A sheet from a friend | 0 | Free | Forgotten in March
    """),
    trends=s.rows(s.Trend, """
        Accounts open up | Banks have to let others read and pay, in a growing number of countries. | helps | now
        More people work for themselves | Second incomes and projects replace part of employment. | helps | 1-2 years
        Supervisors look closer | Rules for holding others' money got stricter after failures. | hurts | now
    """),
    risks=s.rows(s.Risk, """
        Licence partner ends the contract | Accounts stand on one bank's licence. | medium | high | Second partner tested each quarter, ninety days' notice | New questions from their compliance
        A wrong tax estimate | Money is missing on the day it is due. | medium | high | Estimates on the high side, guarantee fund | Estimates corrected by more than a tenth
        Fraud on onboarding | False firms open accounts. | medium | medium | Identity by video, limits in the first month | Returns of payments rise
    """),
    openings=s.rows(s.Opening, """
        Accountants with small clients | They lose money on clients who bring boxes. | Give three accountants in [place] ten accounts each and count their hours
        Platforms that pay freelancers | They could pay in already split. | One platform, hundred payouts, one question afterwards
    """),
    questions=s.lines("""
        Which licence does [country] ask for when money is only sorted?
        Would [audience] move their main account or a second one?
    """),
    tiers=s.rows(s.Tier, """
        Solo | One account; Split on arrival; Tax estimate | 8.9 | per month | 1 | 55
        Business | Wages and reserves; Invoices; Accountant access | 24 | per month | 1 | 35
        Yearly | Solo for a year; Tax interest guarantee | 89 | per year | 0 | 10
    """),
    channels=s.rows(s.Channel, """
        Tax questions in search | acquisition | One calculator per question, with the rule. | Accounts per thousand calculations
        Accountants | referral | Read access for nothing and clean books. | Accounts per accountant
        Courses for founders | awareness | The hour about tax nobody wants to give. | Accounts per course
        Monthly wage day | retention | The same day, the same sum: a wage from one's own reserve. | Holders with a wage rule
    """),
    operations=s.lines("""
        A licensed bank holds the money; we hold the rules.
        Each payment is classified within a minute; doubts go to a person.
        Compliance reviews new accounts daily and limits weekly.
    """),
    metrics=s.lines("""
        Holders with a wage rule
        Estimate against the real tax
        Cost of a new holder
        Doubts per thousand payments
    """),
    fixed=s.rows(s.Cost, """
        Licence partner and payment network | 6500 | 4
        Audit and compliance tools | 2500 | 1
        Office, insurance, accounting | 1200 | 1
    """),
    staff=s.rows(s.Role, """
        Founder | 1 | 4200 | 1
        Engineer | 3 | 5600 | 1
        Compliance officer | 1 | 5200 | 3
        Support | 2 | 3000 | 7
    """),
    once=s.rows(s.Cost, """
        Licence set-up and legal opinion | 45000 | 2
        Security audit | 22000 | 6
    """),
    market=s.Market("country", "Self-employed people and firms with up to three employees", 110, 210, 30, 2, 8),
    money=s.Economics(8, 150, 20000, 3, 55, 35, 2.6, 40000, 12, 3, 120000),
    sources=s.rows(s.Publication, """
        Incomes of the self-employed | National statistics office
        Late payment in small firms | Central bank
    """),
)
