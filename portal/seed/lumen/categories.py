"""What the eight categories of Lumen's program mean, who may be in them, what they ask and give."""

from portal.seed.rules import all_of, any_of, asked, certified_people, field, figure, last, won_count
from portal.seed.shapes import Category

CATEGORIES = (
    Category(
        "var",
        "Value-Added Reseller",
        all_of(
            field("selling_motions", "any_of", ["Resale"]),
            field("capabilities", "any_of", ["Implementation", "Support", "Consulting"]),
            field("employees", ">=", 5),
        ),
        {
            "meaning": "A company that buys Lumen products, adds its own services, and sells the whole under its own contract with the customer.",
            "examples": "A regional IT house that sells Lumen Shield together with set-up and a help desk.\nA Microsoft-focused reseller that bundles Cloud Backup with its workplace offer.",
            "counter_examples": "A web shop that ships licences without any service: that is a distributor's online channel.\nA consultant who recommends us but never invoices the customer: see Referral Partner.",
            "objective": "Reach mid-sized customers with somebody nearby who answers the phone.",
            "requirements": "A signed reseller agreement.\nAt least one person with a valid associate certification within six months.\nA named sales and a named technical contact.",
            "benefits": "Discount by tier.\nDeal registration with 90 days of protection.\nDemo licences for up to ten people.\nA share of marketing funds from Silver on.",
            "obligations": "First-level support for the customers it sells to.\nA forecast at the start of each quarter.\nNo resale outside the countries agreed.",
            "review_interval_months": 12,
        },
    ),
    Category(
        "si",
        "System Integrator",
        all_of(
            field("capabilities", "all_of", ["Implementation", "Integration"]),
            field("employees", ">=", 25),
            any_of(
                asked(certified_people(field("level", "in", ["professional", "expert"])), ">=", 1),
                asked(won_count(field("roles", "any_of", ["service"]), window=last(24, "months")), ">=", 1),
            ),
        ),
        {
            "meaning": "A company that designs and runs projects in which Lumen products work together with other systems, usually as general contractor.",
            "examples": "An integrator that builds a hospital group's network, identity and backup in one project.\nA consulting house with its own migration factory.",
            "counter_examples": "A reseller that installs single products: see Value-Added Reseller.\nA body shop that lends out engineers without answering for the result.",
            "objective": "Win and deliver large projects that we could not deliver ourselves.",
            "requirements": "One professional or expert certification, or a delivered project.\nA project manager named for every joint project.\nTwo reference customers after two years.",
            "benefits": "Access to architects before the sale.\nEarly access to releases.\nJoint planning for the fifty largest accounts.",
            "obligations": "A project review with us after every delivery.\nUp-to-date certifications for everybody who works on a project.",
            "review_interval_months": 12,
        },
    ),
    Category(
        "msp",
        "Managed Service Provider",
        all_of(
            field("selling_motions", "any_of", ["Managed service"]),
            field("capabilities", "any_of", ["Managed services", "Security operations"]),
            asked(certified_people(), ">=", 2),
        ),
        {
            "meaning": "A company that runs Lumen products for its customers every day and is paid by the month.",
            "examples": "A provider that watches endpoints round the clock with Lumen SIEM.\nA telecom company that offers managed backup to small firms.",
            "counter_examples": "A reseller with a support hotline: without running the service it is a Value-Added Reseller.\nA hosting company that only rents out machines.",
            "objective": "Grow recurring revenue with customers who do not want to run IT themselves.",
            "requirements": "Two certified people at any time.\nA service desk with a written response time.\nMonthly usage reports.",
            "benefits": "Monthly billing by use.\nThe cloud services track with its own discounts.\nA partner console for many customers.\nSecond-level support round the clock.",
            "obligations": "Usage reported by the fifth working day.\nIncidents that touch our cloud reported within 24 hours.",
            "review_interval_months": 6,
        },
    ),
    Category(
        "isv",
        "Independent Software Vendor",
        all_of(
            field("capabilities", "any_of", ["Custom development"]),
            field("selling_motions", "any_of", ["Embedded"]),
            field("attributes.listed_integrations", ">=", 1),
        ),
        {
            "meaning": "A company with software of its own that works with, or contains, Lumen products.",
            "examples": "A maker of practice software that stores its archives in Lumen Vault.\nA workflow tool with a connector to Lumen Identity.",
            "counter_examples": "An integrator that writes scripts for one customer.\nA reseller with an app that merely links to our portal.",
            "objective": "Make Lumen the easier choice because the customer's software works with it already.",
            "requirements": "At least one integration listed in the catalogue.\nA test environment that our engineers can reach.\nSecurity review once a year.",
            "benefits": "Sandbox and API support.\nA listing in the solution catalogue.\nJoint webinars for new integrations.",
            "obligations": "Support for the current and the previous API version.\nSecurity findings fixed within 30 days.",
            "review_interval_months": 12,
        },
    ),
    Category(
        "distributor",
        "Distributor",
        all_of(
            field("selling_motions", "any_of", ["Distribution"]),
            field("capabilities", "any_of", ["Logistics"]),
            field("employees", ">=", 40),
            field("annual_revenue", ">=", 10_000_000),
        ),
        {
            "meaning": "A company that buys in volume, keeps stock or licences, and serves resellers instead of end customers.",
            "examples": "A national wholesaler with a credit line for 800 resellers.\nA value distributor with its own training centre.",
            "counter_examples": "A reseller that now and then helps out a competitor with stock.",
            "objective": "Reach thousands of small resellers with credit, logistics and training that we cannot offer one by one.",
            "requirements": "A distribution agreement for its countries.\nStock or licence delivery within one working day.\nA named product manager for Lumen.",
            "benefits": "Distributor price list.\nThe distribution track with rebates by growth.\nTraining for trainers.",
            "obligations": "Weekly sell-out reports.\nCredit checks for the resellers it serves.\nNo sale to end customers.",
            "review_interval_months": 12,
        },
    ),
    Category(
        "service-center",
        "Service Center",
        all_of(
            field("selling_motions", "any_of", ["Services"]),
            field("capabilities", "any_of", ["Hardware repair", "Support"]),
            field("attributes.holds_spare_parts", "is_true"),
        ),
        {
            "meaning": "A company that repairs and maintains Lumen hardware for customers of any partner.",
            "examples": "A repair shop with spare routers on the shelf and engineers on the road.",
            "counter_examples": "A reseller that sends broken devices to us.\nA managed service provider without a workshop.",
            "objective": "Have every device working again by the next working day, wherever it stands.",
            "requirements": "Spare parts for the current hardware.\nTwo engineers with a valid network certification after a year.",
            "benefits": "Spare parts on consignment.\nPaid by case.\nDirect line to hardware engineering.",
            "obligations": "Next working day on site in its area.\nEvery case closed in the portal with its cause.",
            "review_interval_months": 12,
        },
    ),
    Category(
        "sales-agent",
        "Sales Agent",
        all_of(field("selling_motions", "any_of", ["Agency"]), field("employees", "<=", 50)),
        {
            "meaning": "A person or small company that finds customers and closes deals in our name, for a commission. The customer signs with us.",
            "examples": "Two former account managers who sell to public buyers they have known for years.",
            "counter_examples": "A reseller that invoices the customer itself.\nSomebody who only passes on a name: see Referral Partner.",
            "objective": "Open markets where neither we nor resellers have people.",
            "requirements": "A signed agency agreement.\nThe sales foundation journey completed within 60 days.",
            "benefits": "Commission on every deal won, paid monthly.\nPresentations and offers ready to use.\nPre-sales help for demonstrations.",
            "obligations": "Every opportunity registered before the first offer.\nNo promises beyond the price list.",
            "review_interval_months": 6,
        },
    ),
    Category(
        "referral",
        "Referral Partner",
        any_of(
            field("selling_motions", "any_of", ["Referral"]),
            asked(
                figure("deals", "count", "", field("roles", "any_of", ["refer"]), window=last(24, "months")), ">=", 3
            ),
        ),
        {
            "meaning": "A company that brings us together with a customer and leaves the sale to us or another partner.",
            "examples": "A tax adviser who names clients that are moving offices.\nAn ISV whose customers ask for backup.",
            "counter_examples": "A sales agent: that one negotiates and closes.",
            "objective": "Hear of projects before they are tendered.",
            "requirements": "Accepted referral terms.\nConsent of the customer to be contacted.",
            "benefits": "A fee for every referral that becomes a deal.\nNews of what became of each referral.",
            "obligations": "No commitments in our name.",
            "review_interval_months": 24,
        },
    ),
)
