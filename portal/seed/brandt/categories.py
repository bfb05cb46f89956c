"""What the three categories of Brandt's program mean."""

from portal.seed.rules import all_of, asked, certified_people, field
from portal.seed.shapes import Category

CATEGORIES = (
    Category(
        "distributor",
        "Distributor",
        all_of(
            field("selling_motions", "any_of", ["Distribution"]),
            field("capabilities", "all_of", ["Logistics", "Sizing"]),
            field("employees", ">=", 15),
        ),
        {
            "meaning": "A trading house that keeps our pumps in stock and sells them to plumbers, plant builders and waterworks.",
            "examples": "A wholesaler for building services with a counter in every county town.",
            "counter_examples": "A workshop that orders a pump when one breaks: see Service Center.",
            "objective": "Have the right pump within a day's drive of every customer.",
            "requirements": "Stock worth at least one month of sales.\nTwo people who can size a pump.",
            "benefits": "Distributor prices, rebate by volume, training for trainers.",
            "obligations": "Monthly stock and sales report.\nWarranty cases forwarded within two days.",
            "review_interval_months": 12,
        },
    ),
    Category(
        "service-center",
        "Service Center",
        all_of(
            field("selling_motions", "any_of", ["Services"]),
            field("capabilities", "any_of", ["Repair"]),
            field("attributes.spare_parts_stock", "in", ["Wear parts", "Full"]),
            asked(certified_people(), ">=", 1),
        ),
        {
            "meaning": "A workshop that installs, maintains and repairs our pumps, ours and others' customers alike.",
            "examples": "A family workshop with four vans and a test stand.",
            "counter_examples": "A distributor that sends pumps back to us for repair.",
            "objective": "No customer stands still for more than two days.",
            "requirements": "One certified fitter at any time.\nWear parts on the shelf.\nA test stand or access to one.",
            "benefits": "Spare parts at service prices, paid warranty work, leads from our hotline.",
            "obligations": "Reports with cause and photos.\nAnswer to a hotline case within four hours.",
            "review_interval_months": 12,
        },
    ),
    Category(
        "sales-agent",
        "Sales Agent",
        all_of(field("selling_motions", "any_of", ["Agency"]), field("employees", "<=", 25)),
        {
            "meaning": "A person or small firm that brings projects to us for a commission; the customer buys from us.",
            "examples": "A retired plant engineer who knows every brewery in the region.",
            "counter_examples": "A distributor that invoices the customer itself.",
            "objective": "Hear of plants while they are still being drawn.",
            "requirements": "A signed agency agreement and the sizing course.",
            "benefits": "Commission by project, help with sizing, drawings for planners.",
            "obligations": "Projects registered before the first offer.",
            "review_interval_months": 6,
        },
    ),
)
