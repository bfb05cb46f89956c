"""Further media, languages and regional variants of Lumen's library, and what its items are about."""

from functools import partial

from portal.seed import files
from portal.seed.shapes import About, AssetPart

SELLING = ("Small business", "Mid-market")
WELCOME_DE = """## Ihre ersten 30 Tage

Sie müssen hier nicht alles lesen. Partner, die im ersten Monat diese vier Dinge tun, gewinnen ihr erstes Geschäft etwa
doppelt so schnell.

1. **Füllen Sie Ihr Profil aus.** Fähigkeiten, Branchen und Sprachen entscheiden, welche Kunden wir zu Ihnen schicken.
2. **Laden Sie drei Kollegen ein**: jemanden aus dem Verkauf, jemanden aus der Technik und wer unterschreibt.
3. **Wählen Sie eine Produktlinie.** Am leichtesten beginnt es sich mit Cloud Backup: Daten hat jeder, eine
   Wiederherstellung geprobt haben wenige.
4. **Melden Sie ein Geschäft an**, auch ein kleines. Das schützt es 90 Tage und bringt Ihnen einen Vorverkaufsingenieur.
"""
DEALS_DE = """## Wann anmelden

Sobald der Kunde über ein Vorhaben spricht und einen Zeitraum nennt. Früher bringt nichts, später schützt nicht.

- Name und Ort des Kunden, das Produkt, der geschätzte Wert, der erwartete Abschluss.
- Eine Antwort bekommen Sie in zwei Arbeitstagen; Gold und Platin in einem.
- Ein angemeldetes Geschäft ist 90 Tage geschützt. Verlängern können Sie einmal, mit einem Satz, warum.
"""
NIS2_DE = """## NIS2 in einfachen Worten

Wer 50 Menschen beschäftigt oder zehn Millionen Euro umsetzt und in einer der genannten Branchen arbeitet, ist gemeint.

1. **Vorfälle melden**: der erste Hinweis innerhalb von 24 Stunden.
2. **Vorsorgen**: Sicherungen, zweiter Faktor, Lieferanten prüfen.
3. **Verantworten**: die Geschäftsleitung haftet und muss geschult sein.

Fragen Sie den Kunden, wer nachts angerufen wird. Die Antwort zeigt, wo er steht.
"""
DACH_NOTE = """## Deal registration in Germany, Austria and Switzerland

What is said elsewhere holds here, too, with two differences.

- Public tenders are registered with the number of the notice; the protection lasts until the award.
- Where a works council has a say, add two weeks to the expected close: nobody signs before it has spoken.
"""
DISCOVERY_SHEET = (
    "Bring this to the first meeting. Tick what you have heard; ask what you have not.",
    "",
    "  [ ]  What happens if you do nothing?",
    "  [ ]  Who loses sleep over it?",
    "  [ ]  What was tried before, and why did it end?",
    "  [ ]  Who decides, who pays, who can stop it?",
    "  [ ]  By when, and what is on that day?",
    "  [ ]  What would a good year look like?",
    "",
    "Three honest answers are a project. One is a coffee.",
)
PITCH_SHEET = (
    "Three sentences",
    "  - Most firms have a backup. Few have ever restored from it.",
    "  - We restore one of your files while you watch, today.",
    "  - You pay for what is stored, and can leave with your data.",
    "",
    "Three objections",
    "  - 'We have tapes.'  When did you last read one?",
    "  - 'Too expensive.'  What does a day without files cost?",
    "  - 'The cloud is not safe.'  Frankfurt or Dublin, keys in your hand.",
)
PARTS = (
    AssetPart("welcome", language="de", title="Ihre ersten 30 Tage mit Lumen", summary="Vier Dinge, die den Unterschied machen, und wen Sie fragen.", minutes=4, body=WELCOME_DE),
    AssetPart("deal-registration", language="de", title="Geschäfte anmelden: schützen, was Sie gefunden haben", summary="Wann anmelden, was es bringt, was geschieht, wenn zwei kommen.", minutes=4, body=DEALS_DE),
    AssetPart("deal-registration", region="dach", title="Deal registration in Germany, Austria and Switzerland", minutes=3, body=DACH_NOTE),
    AssetPart("nis2-guide", language="de", title="NIS2 in einfachen Worten", summary="Wer was tun muss, und wo wir helfen.", minutes=6, body=NIS2_DE),
    AssetPart("discovery-questions", "file", title="Checklist for the first meeting", minutes=2, file_name="first-meeting-checklist.pdf", file=partial(files.pdf, "The first meeting", DISCOVERY_SHEET)),
    AssetPart("backup-pitch", "file", title="The pitch on one page", minutes=2, file_name="backup-pitch.pdf", file=partial(files.pdf, "Selling Cloud Backup", PITCH_SHEET)),
    AssetPart("backup-pitch", "video", title="Watch: the pitch, told", url="https://videos.lumen.example/backup-pitch", minutes=5, body="Read it instead: the three sentences, the three objections and the price are on the page beside this video."),
    AssetPart("security-assessment", "video", title="Watch: a check-up, from door to report", url="https://videos.lumen.example/check-up", minutes=18, body="The video follows one check-up at a printing house. Its steps are those of the page."),
    AssetPart("endpoint-sheet", "link", title="Shield Endpoint: what is new", url="https://www.enisa.europa.eu/publications", minutes=10),
)  # fmt: skip
ABOUT = {
    "welcome": About(("find",)),
    "discovery-questions": About(("qualify",), SELLING, ("Sales",)),
    "deal-registration": About(("qualify", "propose"), (), ("Sales",)),
    "backup-pitch": About(("qualify", "propose"), SELLING, ("Sales",)),
    "security-assessment": About(("propose", "deliver"), ("Mid-market", "Enterprise"), ("Services",)),
    "migration-runbook": About(("deliver",), ("Mid-market", "Enterprise"), ("Services",)),
    "msp-pricing": About(("propose",), SELLING, ("Sales", "Services")),
    "network-design": About(("deliver",), ("Mid-market",), ("Services",)),
    "nis2-guide": About(("find", "qualify"), ("Mid-market", "Enterprise", "Public sector"), ("Sales",)),
    "case-study-clinic": About(("propose", "close"), ("Healthcare",), ("Sales",)),
    "campaign-kit": About(("find",), SELLING, ("Marketing",)),
    "mail-templates": About(("find", "qualify"), SELLING, ("Marketing", "Sales")),
    "renewal-playbook": About(("grow",), SELLING, ("Sales",)),
    "price-list": About(("propose", "close"), (), ("Sales",)),
    "vendor-questionnaire": About(("close",), ("Enterprise", "Public sector"), ("Services",)),
    "service-calculator": About(("propose",), SELLING, ("Services",)),
    "demo-restore": About(("propose",), SELLING, ("Sales",)),
    "demo-identity": About(("propose",), ("Healthcare",), ("Sales",)),
    "endpoint-sheet": About(("propose",), (), ("Sales",)),
    "router-sheet": About(("propose",), (), ("Sales",)),
    "spring-offer": About(("close",), SELLING, ("Sales",)),
    "first-meeting-kit": About(("find", "qualify"), SELLING, ("Sales", "Marketing")),
}
