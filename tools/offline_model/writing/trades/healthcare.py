"""Healthcare: treatment, care, advice."""

# One row, one line: a table is easier to compare than to fold.
# ruff: noqa: E501
# fmt: off
from tools.offline_model.writing.trades import shape as s

TRADE = s.Trade(
    label="health care",
    kind="subscription",
    category="care service",
    customer="patient",
    customers="patients",
    audience="people with a long-term condition and their families",
    need="A medical answer the same day from somebody who knows the history",
    difference="One nurse per patient, a doctor within the hour, and one record the patient owns",
    proof="Waiting times and corrected decisions are published each quarter",
    promise="[customers] write to a person who knows them and hear the same day what to do. They stop telling their story from the beginning.",
    model="[customers] or their insurers pay by the month, single consultations are paid each. They stay because their nurse stays.",
    advantage="Small fixed teams with records that are really read",
    gap="Practices know the patient and have no time, hotlines have time and know nothing. Nobody is reachable and informed at once.",
    names=s.rows(s.NameIdea, """
        Samewho | invented | SAYM-hoo | The same person who answered last time. | Has to be heard twice.
        Careline House | compound | KAIR-line howss | A line and a home. | Long.
        Ward Nine | metaphor | WARD NYNE | The ward that has no walls. | Reminds of hospital.
        Known Nurse | descriptive | NOHN nurs | What it is. | Doctors are in it too.
    """),
    sounds=s.Sounds(("Sana", "Cura", "Vita", "Medi", "Alva", "Sere"), ("lia", "ne", "dora", "vox", "mea", "tis")),
    taglines=s.lines("""
        Somebody who knows you
        An answer today
        The same voice again
    """),
    values=s.lines("""
        Same people: we grow only as fast as we hire.
        The patient owns the record: it leaves with them.
        Doubt goes to a doctor: that costs us margin each day.
    """),
    traits=s.lines("""
        calm, never slow
        clear, never blunt
        warm, never familiar
    """),
    samples=s.rows(s.Sample, """
        home page | You write, Ines answers. She has read your file.
        after hours | Not urgent tonight. Take the evening dose, we call at nine.
        complaint reply | We missed your message for six hours. This is what we changed.
    """),
    palettes=(s.palette("Scrubs and morning light: a calm teal-blue, rose skin, nothing that alarms.", """
        #1A759F | Scrub | calm and clinical, but alive
        #52796F | Corridor Plant | second voice
        #E56B6F | Pulse | for what needs a person
        #FBFDFE | Sheet | clean and quiet
        #E8F1F5 | Chart | panels
        #13262F | Pen | dark for text
    """),),
    heading=s.Font("Figtree", "sans-serif", "friendly and exact"),
    body=s.Font("Noto Sans", "sans-serif", "every language of a waiting room"),
    marks=s.rows(s.Mark, """
        petals | rounded square | Four people around one.
        orbit | none | The nurse's round.
    """),
    imagery="Hands, telephones, kitchens with pill boxes. No stethoscopes on shoulders.",
    applications=s.lines("""
        Message on a phone
        Card in the wallet
        Letter to the family doctor
    """),
    segments=s.rows(s.Segment, """
        Long-term patients | Diabetes, heart, gut: known, stable, full of questions. | An answer today; No repetition | 45 | medium
        Families who organise care | Daughters and sons in another town. | One contact; A note after each call | 28 | high
        Employees without time | People who go to no doctor until it is late. | Evenings; No waiting room | 18 | medium
    """),
    personas=s.rows(s.Persona, """
        the organised patient | 0 | 59, diabetic for ten years, keeps lists, waits six weeks for an appointment. | Stable values; No emergency | Telling everything again | A value out of range on a Friday | I need ten minutes, not an appointment.
        the helper from afar | 1 | 49, lives three hours from her mother of eighty-four. | Know before it is bad | Three doctors, no letter | A fall in the night | Who do I call that knows her?
    """),
    rivals=s.rows(s.Rival, """
        TeleDoc Now | direct | Video doctor within minutes | 39 | Fast; Nights | A different doctor each time
        CareCircle | direct | App for one condition with coaching | 24 | Good content; Insurers pay | One condition only
        Family practice | indirect | The doctor of twenty years | 18 | Knows the family | Weeks to wait
        Pharmacy | indirect | Advice over the counter | 0 | Near; Free | Limits of what may be said
        Search engines | substitute | Symptoms at midnight | 0 | At once | Frightens
    """),
    trends=s.rows(s.Trend, """
        Insurers pay for distance | Remote care moved into regular payment in several countries. | helps | 1-2 years
        Doctors retire | Practices close and leave patients without a name to call. | helps | now
        Health data rules | Sharing gets possible and stricter at once. | mixed | now
    """),
    risks=s.rows(s.Risk, """
        A missed emergency | A message is read too late. | low | high | Red words ring at once, rules per condition, drills | Median answer above two hours
        No nurses | Good people are rare and tired. | high | high | Fixed hours, small lists, pay above clinics | Sick days rise
        Payment changes | A fee falls out of the catalogue. | medium | high | Employers and self-payers as second leg | Draft of the committee
    """),
    openings=s.rows(s.Opening, """
        Practices that close | The list of patients needs an address on the last day. | Take over fifty patients of one practice in [place]
        Employers of shift workers | Shifts and practices do not meet. | Three months with one clinic laundry or depot
    """),
    questions=s.lines("""
        Which payment does [country] allow for messages?
        How many patients can one nurse know?
    """),
    tiers=s.rows(s.Tier, """
        One consultation | Doctor within the hour; Letter to the practice | 39 | per purchase | 0.3 | 30
        Own nurse | Messages each day; Own record; Doctor in doubt | 21 | per month | 1 | 52
        Family | Three people; Calls in the evening | 290 | per year | 0 | 18
    """),
    channels=s.rows(s.Channel, """
        Family practices | referral | Relief for holidays and evenings, with a letter the next day. | Patients per practice
        Condition questions in search | acquisition | One page per question, signed by a doctor. | First consultations per thousand
        Patient groups | awareness | An evening of questions, no selling. | Addresses left
        Quarterly review | retention | Nurse and patient look at the quarter. | Patients after a year
    """),
    operations=s.lines("""
        Each nurse knows two hundred patients by name; a doctor is on call for five nurses.
        Red words ring; everything else is answered within two hours by day.
        Decisions are reviewed weekly by a second doctor.
        Records are kept in the country and exported on request.
    """),
    metrics=s.lines("""
        Median time to answer
        Corrected decisions
        Patients after a year
    """),
    fixed=s.rows(s.Cost, """
        Certified record system and telephone | 2600 | 1
        Liability and data protection | 1300 | 4
        Office and accounting | 900 | 1
    """),
    staff=s.rows(s.Role, """
        Founder | 1 | 4200 | 1
        Medical lead | 1 | 6200 | 3
        Nurse | 3 | 3100 | 5
        Engineer | 1 | 5500 | 1
    """),
    once=s.rows(s.Cost, """
        Certification and legal | 28000 | 3
        First release | 20000 | 4
    """),
    market=s.Market("country", "Adults with a long-term condition who pay for or get extra care", 260, 190, 24, 1.5, 7),
    money=s.Economics(7, 100, 14000, 3, 42, 40, 3.8, 30000, 38, 3, 80000),
    sources=s.rows(s.Publication, """
        Waiting times for appointments | National health survey
        Costs of long-term conditions | Association of insurers
    """),
)
