"""What criteria may ask about a partner's deals."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from core.money import program_currency
from criteria.fields import Choice, Collection, Field, Kind, registry
from deals.models import DealRole, DealStage, Product, ReferenceState, ReferenceVisibility
from partners.queries.groups import COMPANIES


def _product_choices() -> list[Choice]:
    rows = Product.objects.order_by("name").values_list("key", "name")
    return [Choice(key, name) for key, name in rows]


def _line_choices() -> list[Choice]:
    lines = Product.objects.exclude(line="").order_by("line").values_list("line", flat=True).distinct()
    return [Choice(line, line) for line in lines]


#: What a deal's products say in one column, each thing once.
OF_PRODUCTS = """ARRAY(
    SELECT DISTINCT product.{column}::text FROM deals_dealline line
    JOIN deals_product product ON product.id = line.product_id
    WHERE line.deal_id = deal.id AND product.{column} <> ''
)"""

#: Every deal has a customer; a left join lets the database leave customers out where no rule asks for them.
CUSTOMERS = "LEFT JOIN deals_customer customer ON customer.id = deal.customer_id"
#: A partner with two roles on a deal takes part once, so that counts and sums see each deal once.
PARTICIPANTS = (
    "(SELECT partner_id, deal_id, array_agg(role::text) AS roles, max(split_percent) AS split_percent"
    " FROM deals_dealparticipant WHERE {scope:partner_id} GROUP BY partner_id, deal_id) participant"
    " JOIN deals_deal deal ON deal.id = participant.deal_id"
)

#: What a deal and its lines are asked alike.
STAGE = Field(
    "stage",
    _("Stage"),
    Kind.CHOICE,
    "deal.stage",
    description=_("Open, won or lost."),
    example="won",
    choices=lambda: [Choice(stage.value, stage.label) for stage in DealStage],
)
ROLES = Field(
    "roles",
    _("Roles of the partner"),
    Kind.MULTI,
    "participant.roles",
    description=_("What the partner does on this deal; it may do another thing on the next."),
    example="resell",
    choices=lambda: [Choice(role.value, role.label) for role in DealRole],
)
CUSTOMER = Field(
    "customer",
    _("Customer"),
    Kind.TEXT,
    "customer.public_id::text",
    description=_("The end customer's own id. Counting different customers counts these."),
    example="0197a0c2-5d1e-7c3a-9b5e-1f2d3c4b5a69",
    plural=_("Customers"),
)
CLOSED_ON = Field(
    "closed_on",
    _("Closed on"),
    Kind.DATE,
    "deal.closed_on",
    description=_("The day the deal was won or lost."),
    example="2026-06-18",
)

DEALS = Collection(
    key="deals",
    label=_("Deals"),
    description=_("Deals on which the partner takes part, in whatever role."),
    source=f"{PARTICIPANTS} LEFT JOIN deals_customer customer ON customer.id = deal.customer_id",
    partner_id="participant.partner_id",
    record_id="deal.id",
    name="deal.name",
    day="closed_on",
    fields=(
        Field(
            "amount",
            _("Amount"),
            Kind.MONEY,
            "deal.program_amount",
            description=_("Worth of the whole deal, in the program's currency by its table."),
            example="25000",
            unit=program_currency,
        ),
        Field(
            "share_amount",
            _("Partner's share of the amount"),
            Kind.MONEY,
            "(deal.program_amount * participant.split_percent / 100)",
            description=_("The amount times the partner's share in its role, in the program's currency."),
            example="12500",
            unit=program_currency,
        ),
        STAGE,
        ROLES,
        Field(
            "products",
            _("Products"),
            Kind.MULTI,
            OF_PRODUCTS.format(column="key"),
            description=_("The products on the deal."),
            example="cloud-backup",
            choices=_product_choices,
        ),
        Field(
            "product_lines",
            _("Product lines"),
            Kind.MULTI,
            OF_PRODUCTS.format(column="line"),
            description=_("The product lines of the deal's products."),
            example="Cloud",
            choices=_line_choices,
        ),
        CUSTOMER,
        Field(
            "customer_name",
            _("Customer's name"),
            Kind.TEXT,
            "customer.name",
            description=_("The end customer by name."),
            example="Acme",
        ),
        Field(
            "customer_industry",
            _("Customer's industry"),
            Kind.TEXT,
            "customer.industry",
            description=_("The industry of the end customer."),
            example="Healthcare",
        ),
        Field(
            "customer_country",
            _("Customer's country"),
            Kind.TEXT,
            "customer.country",
            description=_("The country of the end customer, in two letters."),
            example="DE",
        ),
        Field(
            "opened_on",
            _("Opened on"),
            Kind.DATE,
            "deal.opened_on",
            description=_("The day the deal was opened."),
            example="2026-03-02",
        ),
        Field(
            "expected_close_on",
            _("Expected to close on"),
            Kind.DATE,
            "deal.expected_close_on",
            description=_("The day an open deal is expected to close."),
            example="2026-09-30",
        ),
        CLOSED_ON,
    ),
)

#: The same of all companies of a group: each deal once, with the roles of all and the shares of each added up.
GROUP_PARTICIPANTS = (
    "(SELECT partner_id, deal_id, ARRAY(SELECT DISTINCT unnest(string_to_array(string_agg(roles, ','), ','))) AS roles,"  # noqa: S608 - our own names
    " least(sum(split_percent), 100) AS split_percent"
    " FROM (SELECT company.top_id AS partner_id, part.deal_id, string_agg(part.role, ',') AS roles,"
    f" max(part.split_percent) AS split_percent FROM {COMPANIES}"
    " JOIN deals_dealparticipant part ON part.partner_id = company.member_id"
    " WHERE {scope:company.top_id} GROUP BY company.top_id, part.partner_id, part.deal_id) of_each"
    " GROUP BY partner_id, deal_id) participant"
    " JOIN deals_deal deal ON deal.id = participant.deal_id"
)

registry.add_collections(
    DEALS,
    replace(
        DEALS,
        key="group_deals",
        label=_("Deals of the whole group"),
        description=_("Deals of the partner and of all organisations below it, each once."),
        source=f"{GROUP_PARTICIPANTS} LEFT JOIN deals_customer customer ON customer.id = deal.customer_id",
        partner_may_see=False,
    ),
    Collection(
        key="deal_lines",
        label=_("Deal lines"),
        description=_("What was on the partner's deals: each product once per deal, with its quantity."),
        source=(
            f"{PARTICIPANTS} LEFT JOIN deals_customer customer ON customer.id = deal.customer_id"
            " JOIN deals_dealline line ON line.deal_id = deal.id"
            " JOIN deals_product product ON product.id = line.product_id"
        ),
        partner_id="participant.partner_id",
        record_id="line.id",
        name="line.quantity || ' × ' || product.name || ': ' || deal.name",
        day="closed_on",
        fields=(
            Field(
                "quantity",
                _("Quantity"),
                Kind.NUMBER,
                "line.quantity",
                description=_("How many were sold, such as users, seats or devices."),
                example="25",
            ),
            Field(
                "product",
                _("Product"),
                Kind.CHOICE,
                "product.key",
                description=_("The product sold."),
                example="cloud-backup",
                choices=_product_choices,
                plural=_("Products"),
            ),
            Field(
                "product_line",
                _("Product line"),
                Kind.CHOICE,
                "NULLIF(product.line, '')",
                description=_("The product line it belongs to."),
                example="Cloud",
                choices=_line_choices,
                plural=_("Product lines"),
            ),
            STAGE,
            ROLES,
            CUSTOMER,
            CLOSED_ON,
        ),
    ),
)


REFERENCE_COUNTS = (
    "(reference.state = 'validated' AND (reference.expires_on IS NULL OR reference.expires_on > %(today)s))"
)


def _states() -> list[Choice]:
    return [Choice(state.value, state.label) for state in ReferenceState]


def _visibilities() -> list[Choice]:
    return [Choice(one.value, one.label) for one in ReferenceVisibility]


registry.add_collections(
    Collection(
        "references",
        _("Customer references"),
        source="deals_customerreference reference LEFT JOIN deals_product product ON product.id = reference.product_id",
        partner_id="reference.partner_id",
        record_id="reference.id",
        name="reference.customer_name || ': ' || reference.project",
        day="decided_at",
        description=_("Projects at customers that the partner named."),
        fields=(
            Field(
                "state",
                _("State"),
                Kind.CHOICE,
                "reference.state",
                choices=_states,
                description=_("Whether the vendor has validated it."),
                example="validated",
            ),
            Field(
                "counts",
                _("Counts today"),
                Kind.YES_NO,
                REFERENCE_COUNTS,
                description=_("Validated, and not too old."),
                example="yes",
                from_clock=True,
            ),
            Field(
                "product_line",
                _("Product line"),
                Kind.CHOICE,
                "NULLIF(product.line, '')",
                choices=_line_choices,
                description=_("The line of the product that was used."),
                example="Cloud",
            ),
            Field(
                "year",
                _("Year"),
                Kind.NUMBER,
                "reference.year",
                description=_("The year of the project."),
                example="2026",
            ),
            Field(
                "visibility",
                _("Who may be told"),
                Kind.CHOICE,
                "reference.visibility",
                choices=_visibilities,
                description=_("Nobody else, the vendor's people, or everybody."),
                example="public",
            ),
            Field(
                "contact_may_be_asked",
                _("The contact may be asked"),
                Kind.YES_NO,
                "reference.contact_may_be_asked",
                description=_("Whether somebody at the customer may be asked."),
                example="yes",
            ),
            Field(
                "decided_at",
                _("Validated"),
                Kind.MOMENT,
                "reference.decided_at",
                description=_("When the vendor decided about it."),
                example="2026-03-01",
            ),
        ),
    )
)
