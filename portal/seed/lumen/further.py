"""What Lumen's categories say further, three of them in German as well, and a text that is to hold soon."""

from portal.seed.shapes import Planned

DEALS = "Registered before the first offer.\nAnswered within two working days.\nProtected for 90 days, extended once."
CONTACTS = "Questions of every day: your channel manager.\nContracts: partner-desk@lumen.example.\nTechnical help before a sale: presales@lumen.example."

FURTHER = {
    "var": {
        "eligibility": "Companies that invoice the customer themselves and have people for set-up and support.",
        "incentives": "Growth bonus of 2 % for twenty per cent more than last year.\nMarketing funds from Silver on.",
        "training": "Sales foundation within 60 days.\nOne associate certification within six months.",
        "co_selling": "You lead. Our engineers join demonstrations and larger offers when you ask a week ahead.",
        "deal_terms": DEALS,
        "marketing_kit": "Campaigns with your logo, for three product launches a year.",
        "contacts": CONTACTS,
    },
    "si": {
        "eligibility": "Companies that answer for the result of a project, with project managers of their own.",
        "incentives": "Project bonus for each delivery with a reference.",
        "training": "Architects: expert track within a year.\nProject managers: delivery workshop, one day.",
        "co_selling": "One plan for each joint project, with a lead on both sides named before the offer.",
        "deal_terms": DEALS.replace("90", "180"),
        "marketing_kit": "Reference stories written by our editors, published by both.",
        "contacts": CONTACTS,
    },
    "msp": {
        "eligibility": "Companies that run the service themselves, day by day, for several customers.",
        "incentives": "Lower price per endpoint from 500, 2,000 and 10,000 endpoints on.",
        "training": "Operations track for everybody on the service desk.\nRenewed each year.",
        "co_selling": "Customers who ask us for a managed service are passed to providers in their region.",
        "deal_terms": DEALS,
        "marketing_kit": "A calculator of monthly cost to place on your own site.",
        "contacts": CONTACTS,
    },
    "isv": {
        "eligibility": "Makers of software that customers can buy, with somebody who answers for its interfaces.",
        "incentives": "Listing free of charge, and a share of joint subscriptions.",
        "training": "API course for two developers.\nSecurity workshop once a year.",
        "co_selling": "Our sellers see your integration beside the product and may call you in.",
        "deal_terms": "Customers you bring are registered as sourced by you for twelve months.",
        "marketing_kit": "A page in the solution catalogue and a webinar for each new integration.",
        "contacts": CONTACTS,
    },
    "distributor": {
        "eligibility": "Wholesalers with credit and logistics for at least two hundred resellers.",
        "incentives": "Quarterly rebate by growth of sell-out.",
        "training": "Two trainers certified, who train resellers.",
        "co_selling": "You lead with small resellers; we join from fifty thousand euros on.",
        "deal_terms": "Resellers register; you see the deals of yours.",
        "marketing_kit": "A starter kit for new resellers, renewed twice a year.",
        "contacts": CONTACTS,
    },
    "service-center": {
        "eligibility": "Workshops with spare parts and engineers who travel.",
        "incentives": "Bonus for cases closed at the first visit.",
        "training": "Network certification for two engineers.\nNew hardware: a day in our workshop.",
        "co_selling": "Renewals you hear of are passed to the partner who sold the device.",
        "deal_terms": "Service contracts you find are registered as referrals.",
        "marketing_kit": "Signs for vehicles and workshop.",
        "contacts": CONTACTS,
    },
    "sales-agent": {
        "eligibility": "People and small companies who sell in our name and do not invoice.",
        "incentives": "8 % of the first year, 3 % of the second.",
        "training": "Sales foundation within 60 days.",
        "co_selling": "You open the door; we write the offer and sign.",
        "deal_terms": DEALS,
        "marketing_kit": "Presentations and business cards.",
        "contacts": CONTACTS,
    },
    "referral": {
        "eligibility": "Anybody whose customers may need us.",
        "incentives": "5 % of the first year, paid when the customer has paid.",
        "training": "An hour of video to recognise a fitting customer.",
        "co_selling": "You introduce us; we do the rest and tell you what became of it.",
        "deal_terms": "A referral counts for six months from the day you name the customer.",
        "marketing_kit": "A letter and a page to send on.",
        "contacts": CONTACTS,
    },
}

GERMAN_DEALS = "Registriert vor dem ersten Angebot.\nBeantwortet binnen zwei Arbeitstagen.\n90 Tage geschützt, einmal verlängerbar."
GERMAN_CONTACTS = "Fragen des Alltags: Ihr Channel Manager.\nVerträge: partner-desk@lumen.example.\nTechnische Hilfe vor dem Verkauf: presales@lumen.example."

GERMAN = {
    "var": {
        "name": "Fachhändler mit Mehrwert",
        "meaning": "Ein Unternehmen, das Produkte von Lumen einkauft, eigene Leistungen hinzufügt und das Ganze unter eigenem Vertrag verkauft.",
        "examples": "Ein regionales Systemhaus, das Lumen Shield mit Einrichtung und Hotline verkauft.\nEin Händler, der Cloud Backup mit seinem Arbeitsplatzangebot bündelt.",
        "counter_examples": "Ein Webshop, der Lizenzen ohne jede Leistung liefert.\nEin Berater, der uns empfiehlt, aber nie selbst abrechnet: siehe Empfehlungspartner.",
        "objective": "Mittelständische Kunden erreichen, mit jemandem in der Nähe, der ans Telefon geht.",
        "eligibility": "Unternehmen, die dem Kunden selbst die Rechnung stellen und Menschen für Einrichtung und Support haben.",
        "requirements": "Ein unterschriebener Händlervertrag.\nMindestens eine Person mit gültiger Associate-Zertifizierung binnen sechs Monaten.\nJe ein benannter Ansprechpartner für Vertrieb und Technik.",
        "benefits": "Rabatt nach Stufe.\nRegistrierung von Projekten mit 90 Tagen Schutz.\nDemolizenzen für bis zu zehn Personen.\nMarketingmittel ab Silber.",
        "incentives": "Wachstumsbonus von 2 % bei zwanzig Prozent mehr als im Vorjahr.\nMarketingmittel ab Silber.",
        "obligations": "Erster Support für die eigenen Kunden.\nEine Vorschau zu Beginn jedes Quartals.\nKein Verkauf außerhalb der vereinbarten Länder.",
        "training": "Vertriebsgrundlagen binnen 60 Tagen.\nEine Associate-Zertifizierung binnen sechs Monaten.",
        "co_selling": "Sie führen. Unsere Techniker kommen zu Vorführungen und größeren Angeboten, wenn Sie eine Woche vorher fragen.",
        "deal_terms": GERMAN_DEALS,
        "marketing_kit": "Kampagnen mit Ihrem Logo zu drei Produktstarts im Jahr.",
        "contacts": GERMAN_CONTACTS,
    },
    "si": {
        "name": "Systemintegrator",
        "meaning": "Ein Unternehmen, das Projekte plant und durchführt, in denen Lumen mit anderen Systemen zusammenarbeitet, meist als Generalunternehmer.",
        "examples": "Ein Integrator, der Netz, Identitäten und Sicherung einer Klinikgruppe in einem Projekt baut.\nEin Beratungshaus mit eigener Migrationsfabrik.",
        "counter_examples": "Ein Händler, der einzelne Produkte installiert.\nEin Vermittler, der Techniker verleiht, ohne für das Ergebnis einzustehen.",
        "objective": "Große Projekte gewinnen und liefern, die wir allein nicht liefern könnten.",
        "eligibility": "Unternehmen, die für das Ergebnis einstehen und eigene Projektleiter haben.",
        "requirements": "Eine Professional- oder Expert-Zertifizierung oder ein geliefertes Projekt.\nEin benannter Projektleiter für jedes gemeinsame Projekt.\nZwei Referenzkunden nach zwei Jahren.",
        "benefits": "Zugang zu Architekten vor dem Verkauf.\nFrüher Zugang zu neuen Versionen.\nGemeinsame Planung für die fünfzig größten Kunden.",
        "incentives": "Projektbonus für jede Lieferung mit Referenz.",
        "obligations": "Ein gemeinsamer Rückblick nach jeder Lieferung.\nGültige Zertifizierungen für alle im Projekt.",
        "training": "Architekten: Expertenweg binnen eines Jahres.\nProjektleiter: Lieferwerkstatt, ein Tag.",
        "co_selling": "Ein Plan für jedes gemeinsame Projekt, mit benannten Verantwortlichen auf beiden Seiten vor dem Angebot.",
        "deal_terms": GERMAN_DEALS.replace("90", "180"),
        "marketing_kit": "Referenzgeschichten aus unserer Redaktion, von beiden veröffentlicht.",
        "contacts": GERMAN_CONTACTS,
    },
    "msp": {
        "name": "Managed-Service-Anbieter",
        "meaning": "Ein Unternehmen, das Produkte von Lumen täglich für seine Kunden betreibt und monatlich bezahlt wird.",
        "examples": "Ein Anbieter, der Endgeräte mit Lumen SIEM rund um die Uhr überwacht.\nEin Telekommunikationsunternehmen mit Sicherung für kleine Firmen.",
        "counter_examples": "Ein Händler mit Hotline: ohne Betrieb ist er ein Fachhändler.\nEin Hoster, der nur Maschinen vermietet.",
        "objective": "Wiederkehrenden Umsatz mit Kunden aufbauen, die IT nicht selbst betreiben wollen.",
        "eligibility": "Unternehmen, die den Dienst selbst betreiben, Tag für Tag, für mehrere Kunden.",
        "requirements": "Jederzeit zwei zertifizierte Personen.\nEin Servicedesk mit schriftlicher Reaktionszeit.\nMonatliche Nutzungsberichte.",
        "benefits": "Monatliche Abrechnung nach Nutzung.\nDer Weg der Cloud-Dienste mit eigenen Rabatten.\nEine Konsole für viele Kunden.\nSupport zweiter Stufe rund um die Uhr.",
        "incentives": "Niedrigerer Preis je Endgerät ab 500, 2.000 und 10.000 Geräten.",
        "obligations": "Nutzung gemeldet bis zum fünften Arbeitstag.\nVorfälle, die unsere Cloud berühren, binnen 24 Stunden gemeldet.",
        "training": "Betriebsausbildung für alle am Servicedesk.\nJährlich erneuert.",
        "co_selling": "Kunden, die uns nach einem betriebenen Dienst fragen, geben wir an Anbieter in ihrer Region weiter.",
        "deal_terms": GERMAN_DEALS,
        "marketing_kit": "Ein Rechner der monatlichen Kosten für Ihre eigene Website.",
        "contacts": GERMAN_CONTACTS,
    },
}

PLANNED = (
    Planned(
        "referral",
        in_days=30,
        tell_ahead_days=14,
        note="Agreed with the partner council in its autumn meeting.",
        texts={
            "incentives": "6 % of the first year, paid when the customer has paid.",
            "obligations": "No offers in our name.\nThe customer has agreed to be contacted, in writing.",
        },
    ),
)
#: People at the vendor who own what is said in single regions.
REGIONAL_ADMINS = (
    ("Klara Winter", "klara@lumen.example", ("dach",)),
    ("Rafael Moreno", "rafael@lumen.example", ("americas",)),
)
