"""Lumen's courses, what they ask at the end, and which certifications they lead to."""

from dataclasses import dataclass, field

ONE, SEVERAL, ORDER, TYPED = "single", "multiple", "ordering", "text"


@dataclass(frozen=True)
class Lesson:
    """A lesson: its own text, or an asset of the library by key."""

    title: str
    minutes: int
    body: str = ""
    asset: str = ""


@dataclass(frozen=True)
class Question:
    """A question; what is right begins with an asterisk. `again` is the number of the lesson that tells it."""

    kind: str
    text: str
    answers: tuple[str, ...]
    why: str
    again: int = 1
    points: int = 1


@dataclass(frozen=True)
class Course:
    """A course with the quiz at its end. `leads_to` are certifications it counts for."""

    key: str
    name: str
    summary: str
    line: str
    audience: str
    lessons: tuple[Lesson, ...]
    questions: tuple[Question, ...]
    quiz: str
    asked: int
    pass_percent: int = 70
    attempts: int | None = 3
    minutes: int | None = None
    leads_to: tuple[str, ...] = field(default=())


COURSES = (
    Course(
        "cloud-backup-basics",
        "Cloud Backup: from first call to first restore",
        "What it protects, how a trial goes, and the restore that convinces. An hour, in four lessons.",
        "Cloud",
        "",
        (
            Lesson("What Cloud Backup protects", 10, """Cloud Backup keeps copies of mailboxes, files and virtual machines **outside** the customer's own systems.

## Three promises, and what each means

| Promise | What the customer may hold us to |
|---|---|
| A copy every four hours | at most four hours of work are lost |
| Kept for 90 days, or as long as agreed | yesterday's mistake and last quarter's can be undone |
| Restored by the customer | nobody waits for a ticket |

> A backup nobody has restored is a hope. Every trial ends with a restore.

What it does **not** do: it keeps no application running while the original is down. That is what Continuity is for."""),
            Lesson("Five minutes that open the conversation", 12, asset="backup-pitch"),
            Lesson("A trial that ends with a decision", 20, """A good trial takes two weeks and has one page.

1. **Day 1.** Write down with the customer what would prove it: *restore the finance folder of last Tuesday in under ten minutes.*
2. **Day 2.** Connect one department, not all of them. Thirty mailboxes are enough.
3. **Day 8.** Restore together. Let the customer hold the mouse, and stop the time.
4. **Day 10.** Send the page back, filled in, with the price for what was tried.

Whoever skips the first day ends with “it looks good, we'll think about it”."""),
            Lesson("Watch: a restore in front of the customer", 15, asset="demo-restore"),
        ),
        (
            Question(ONE, "At most how much work is lost with Cloud Backup as it comes?", ("One hour", "*Four hours", "A day", "Nothing"), "A copy is made every four hours.", 1),
            Question(ONE, "A customer asks whether their shop stays online while the server is down. What do you answer?", ("*Not with Cloud Backup: that is Continuity", "Yes, from the newest copy", "Yes, after at most four hours", "Only on the 90-day plan"), "Cloud Backup brings data back; it runs nothing meanwhile.", 1),
            Question(SEVERAL, "What does Cloud Backup copy?", ("*Mailboxes", "*Virtual machines", "*Files", "Phone calls"), "Mailboxes, files and virtual machines.", 1),
            Question(ORDER, "Put the days of a good trial in order.", ("Write down what would prove it", "Connect one department", "Restore together", "Send the page back with a price"), "Proof first, price last.", 3, 2),
            Question(TYPED, "For how many days are copies kept if nothing else is agreed?", ("90", "90 days", "ninety"), "Ninety days, or as long as agreed.", 1),
            Question(ONE, "Who holds the mouse in the restore of a trial?", ("You, so that nothing goes wrong", "*The customer", "Lumen's support", "Nobody: it runs by itself"), "They will do it alone later. Let them see that they can.", 3),
            Question(ONE, "How many mailboxes does a trial need?", ("All of them", "Five", "*About thirty: one department", "None, a demonstration is enough"), "One department shows everything and is connected in an hour.", 3),
            Question(ONE, "When is a backup proven?", ("When the console is green", "When the customer has signed", "*When something was restored from it", "After 90 days"), "A backup nobody has restored is a hope.", 1),
        ),
        "Check: Cloud Backup",
        6,
        leads_to=("cloud-associate",),
    ),
    Course(
        "selling-lumen",
        "Selling Lumen: the first ninety minutes",
        "Whom to call, what to ask, how a deal is registered, and what it earns you.",
        "",
        "",
        (
            Lesson("Whom to call first", 10, """Begin with customers who trust you and have **one of three pains**: a restore that failed, an insurer who asks questions, or an administrator who is leaving.

Names you have, reasons they feel. Everything else is a cold call."""),
            Lesson("Twelve questions for a first meeting", 15, asset="discovery-questions"),
            Lesson("How deal registration protects you", 10, asset="deal-registration"),
            Lesson("What a deal earns", 10, """Your margin has three parts: the discount of your tier, the protection of a registered deal, and what you add yourself.

The third is the largest and the only one nobody can undercut. Write it on the offer as a line of its own."""),
        ),
        (
            Question(SEVERAL, "Which customers do you call first?", ("*One whose restore failed", "*One whose insurer asks questions", "The largest in town", "*One whose administrator leaves"), "Trust and a pain they feel.", 1),
            Question(ONE, "What does registering a deal before the first offer give you?", ("A higher commission on every product", "*Protection from others who come later", "The customer's address", "Nothing until it is won"), "Whoever registers first is protected.", 3),
            Question(ONE, "Which part of the margin can nobody undercut?", ("The discount of the tier", "The registration", "*What you add yourself"), "Your own service is yours alone.", 4),
            Question(ONE, "How do you show your own service on the offer?", ("Included in the price", "*As a line of its own", "Not at all"), "What is not on paper is negotiated away.", 4),
            Question(TYPED, "How many pains are worth a first call? Answer with a number.", ("3", "three"), "A failed restore, an insurer, a leaving administrator.", 1),
            Question(ORDER, "Put in order.", ("Call somebody who trusts you", "Ask what hurts", "Register the deal", "Send the offer"), "Registered before offered.", 3, 2),
        ),
        "Check: selling Lumen",
        5,
        leads_to=("sales-foundation",),
    ),
    Course(
        "security-checkup",
        "Running a security check-up",
        "A paid afternoon at a customer that ends with three findings and a plan.",
        "Security",
        "for-security",
        (
            Lesson("Why a check-up is paid", 8, """A free check-up is an advertisement, and is read like one. Charge half a day, and credit it to the first project within three months."""),
            Lesson("The six things to look at", 20, asset="security-assessment"),
            Lesson("NIS2 in plain words", 15, asset="nis2-guide"),
            Lesson("Three findings, no more", 10, """Whoever gets thirty findings fixes none. Choose three:

1. one that costs nothing and is done the same week,
2. one that would hurt most,
3. one that an auditor asks for first."""),
        ),
        (
            Question(ONE, "How many findings does the customer get?", ("All of them, with a score", "*Three", "Ten", "One"), "Thirty findings are fixed by nobody.", 4),
            Question(ONE, "What does a check-up cost?", ("Nothing: it opens doors", "*Half a day, credited to the first project", "A fixed share of the project"), "What costs nothing is read like an advertisement.", 1),
            Question(SEVERAL, "Which three findings do you choose?", ("*One that costs nothing", "*One that would hurt most", "*One that an auditor asks for first", "One that sells the largest product"), "Quick, serious, asked for.", 4),
            Question(ONE, "A customer has 40 people and supplies a hospital. Does NIS2 concern them?", ("No, they are too small", "*Perhaps: what their customers must prove, they are asked for", "Only if they operate a network"), "Duties travel along the supply chain.", 3, 2),
            Question(ORDER, "Put the afternoon in order.", ("Agree what is looked at", "Look at the six things", "Choose three findings", "Agree who does what by when"), "A plan with names ends it.", 2),
        ),
        "Check: security check-up",
        5,
        attempts=2,
        minutes=15,
        leads_to=("security-associate",),
    ),
)  # fmt: skip
#: What else certifications ask: another certification first.
FIRST = (("cloud-professional", "cloud-associate"), ("security-professional", "security-associate"))
#: A certificate that companies hold, given by somebody else: key, name, who gives it, months.
OF_COMPANIES = ("iso-27001", "ISO/IEC 27001", "An accredited body", 36)
