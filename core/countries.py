"""Names of countries as people write them, in English, German and their own languages, to ISO 3166 codes."""

import unicodedata
from functools import cache

#: Code, then names parted by "/". Case, accents, dots and "the" do not matter.
NAMES = """
AD Andorra
AE United Arab Emirates/UAE/Emirates/Vereinigte Arabische Emirate/الإمارات
AF Afghanistan
AG Antigua and Barbuda
AL Albania/Albanien/Shqipëria
AM Armenia/Armenien
AO Angola
AR Argentina/Argentinien
AT Austria/Österreich/Oesterreich/Autriche
AU Australia/Australien
AW Aruba
AZ Azerbaijan/Aserbaidschan
BA Bosnia and Herzegovina/Bosnia/Bosnia & Herzegovina/Bosnien und Herzegowina/Bosna i Hercegovina
BB Barbados
BD Bangladesh
BE Belgium/Belgien/Belgique/België/Belgie
BF Burkina Faso
BG Bulgaria/Bulgarien/България
BH Bahrain
BI Burundi
BJ Benin
BM Bermuda
BN Brunei
BO Bolivia/Bolivien
BR Brazil/Brasil/Brasilien
BS Bahamas
BT Bhutan
BW Botswana
BY Belarus/Weißrussland
BZ Belize
CA Canada/Kanada
CD Democratic Republic of the Congo/DR Congo
CF Central African Republic
CG Congo/Republic of the Congo
CH Switzerland/Schweiz/Suisse/Svizzera/Swiss
CI Ivory Coast/Côte d'Ivoire
CL Chile
CM Cameroon/Kamerun
CN China/PR China/People's Republic of China/P.R. China/中国
CO Colombia/Kolumbien
CR Costa Rica
CU Cuba/Kuba
CV Cape Verde/Cabo Verde
CW Curaçao
CY Cyprus/Zypern/Κύπρος
CZ Czech Republic/Czechia/Tschechien/Česko/Česká republika
DE Germany/Deutschland/Allemagne/Alemania/Germania/Federal Republic of Germany
DJ Djibouti
DK Denmark/Dänemark/Danmark
DM Dominica
DO Dominican Republic/República Dominicana
DZ Algeria/Algerien/Algérie
EC Ecuador
EE Estonia/Estland/Eesti
EG Egypt/Ägypten/مصر
ER Eritrea
ES Spain/Spanien/España/Espagne
ET Ethiopia/Äthiopien
FI Finland/Finnland/Suomi
FJ Fiji
FO Faroe Islands
FR France/Frankreich/Francia
GA Gabon
GB United Kingdom/UK/U.K./Great Britain/Britain/England/Scotland/Wales/Northern Ireland/Großbritannien/Royaume-Uni
GB Vereinigtes Königreich
GD Grenada
GE Georgia/Georgien
GF French Guiana
GG Guernsey
GH Ghana
GI Gibraltar
GL Greenland
GM Gambia
GN Guinea
GP Guadeloupe
GQ Equatorial Guinea
GR Greece/Griechenland/Ελλάδα/Hellas
GT Guatemala
GU Guam
GW Guinea-Bissau
GY Guyana
HK Hong Kong/Hongkong/Hong Kong SAR
HN Honduras
HR Croatia/Kroatien/Hrvatska
HT Haiti
HU Hungary/Ungarn/Magyarország
ID Indonesia/Indonesien
IE Ireland/Irland/Éire/Republic of Ireland
IL Israel/ישראל
IM Isle of Man
IN India/Indien/Bharat/भारत
IQ Iraq/Irak
IR Iran
IS Iceland/Island/Ísland
IT Italy/Italien/Italia/Italie
JE Jersey
JM Jamaica/Jamaika
JO Jordan/Jordanien
JP Japan/Nippon/日本
KE Kenya/Kenia
KG Kyrgyzstan
KH Cambodia/Kambodscha
KP North Korea
KR South Korea/Korea/Republic of Korea/Korea, Republic of/Südkorea/대한민국
KW Kuwait
KY Cayman Islands
KZ Kazakhstan/Kasachstan
LA Laos
LB Lebanon/Libanon
LC Saint Lucia
LI Liechtenstein
LK Sri Lanka
LR Liberia
LS Lesotho
LT Lithuania/Litauen/Lietuva
LU Luxembourg/Luxemburg/Lëtzebuerg
LV Latvia/Lettland/Latvija
LY Libya/Libyen
MA Morocco/Marokko/Maroc
MC Monaco
MD Moldova/Moldau
ME Montenegro/Crna Gora
MG Madagascar/Madagaskar
MK North Macedonia/Macedonia/Nordmazedonien
ML Mali
MM Myanmar/Burma
MN Mongolia/Mongolei
MO Macau/Macao
MQ Martinique
MR Mauritania
MT Malta
MU Mauritius
MV Maldives/Malediven
MW Malawi
MX Mexico/Mexiko/México
MY Malaysia
MZ Mozambique/Mosambik
NA Namibia
NC New Caledonia
NE Niger
NG Nigeria
NI Nicaragua
NL Netherlands/Holland/Niederlande/Nederland/Pays-Bas
NO Norway/Norwegen/Norge
NP Nepal
NZ New Zealand/Neuseeland/Aotearoa
OM Oman
PA Panama/Panamá
PE Peru/Perú
PF French Polynesia
PG Papua New Guinea
PH Philippines/Philippinen/Pilipinas
PK Pakistan
PL Poland/Polen/Polska/Pologne
PR Puerto Rico
PS Palestine
PT Portugal
PY Paraguay
QA Qatar/Katar
RE Réunion
RO Romania/Rumänien/România
RS Serbia/Serbien/Srbija
RU Russia/Russian Federation/Russland/Россия
RW Rwanda/Ruanda
SA Saudi Arabia/KSA/Kingdom of Saudi Arabia/Saudi-Arabien/السعودية
SC Seychelles
SD Sudan
SE Sweden/Schweden/Sverige/Suède
SG Singapore/Singapur
SI Slovenia/Slowenien/Slovenija
SK Slovakia/Slovak Republic/Slowakei/Slovensko
SL Sierra Leone
SM San Marino
SN Senegal
SO Somalia
SR Suriname
SS South Sudan
SV El Salvador
SY Syria/Syrien
SZ Eswatini/Swaziland
TD Chad
TG Togo
TH Thailand
TJ Tajikistan
TM Turkmenistan
TN Tunisia/Tunesien/Tunisie
TR Turkey/Türkiye/Türkei/Turkiye
TT Trinidad and Tobago
TW Taiwan/臺灣/台灣
TZ Tanzania/Tansania
UA Ukraine/Україна
UG Uganda
US United States/United States of America/USA/U.S.A./U.S./US of A/America/Vereinigte Staaten/États-Unis/Estados Unidos
UY Uruguay
UZ Uzbekistan/Usbekistan
VE Venezuela
VN Vietnam/Viet Nam/Việt Nam
XK Kosovo
YE Yemen/Jemen
ZA South Africa/Südafrika/RSA
ZM Zambia/Sambia
ZW Zimbabwe/Simbabwe
"""

THREE_LETTERS = dict(
    pair.split(":")
    for pair in [
        "ARE:AE",
        "ARG:AR",
        "AUS:AU",
        "AUT:AT",
        "BEL:BE",
        "BGR:BG",
        "BRA:BR",
        "CAN:CA",
        "CHE:CH",
        "CHL:CL",
        "CHN:CN",
        "COL:CO",
        "CYP:CY",
        "CZE:CZ",
        "DEU:DE",
        "DNK:DK",
        "EGY:EG",
        "ESP:ES",
        "EST:EE",
        "FIN:FI",
        "FRA:FR",
        "GBR:GB",
        "GRC:GR",
        "HKG:HK",
        "HRV:HR",
        "HUN:HU",
        "IDN:ID",
        "IND:IN",
        "IRL:IE",
        "ISL:IS",
        "ISR:IL",
        "ITA:IT",
        "JPN:JP",
        "KEN:KE",
        "KOR:KR",
        "LTU:LT",
        "LUX:LU",
        "LVA:LV",
        "MAR:MA",
        "MEX:MX",
        "MLT:MT",
        "MYS:MY",
        "NGA:NG",
        "NLD:NL",
        "NOR:NO",
        "NZL:NZ",
        "PER:PE",
        "PHL:PH",
        "POL:PL",
        "PRT:PT",
        "QAT:QA",
        "ROU:RO",
        "SAU:SA",
        "SGP:SG",
        "SRB:RS",
        "SVK:SK",
        "SVN:SI",
        "SWE:SE",
        "THA:TH",
        "TUR:TR",
        "TWN:TW",
        "UKR:UA",
        "URY:UY",
        "VNM:VN",
        "ZAF:ZA",
    ]
)


@cache
def options() -> tuple[tuple[str, str], ...]:
    """Return every country as (code, English name), by name, for people to choose from."""
    named = [line.split(" ", 1) for line in NAMES.strip().splitlines()]
    return tuple(sorted(((code, names.split("/")[0]) for code, names in named), key=lambda one: _plain(one[1])))


def name_of(code: str) -> str:
    """Return the English name of a country, or its code where that is all there is."""
    return dict(options()).get(code, code)


def code_of(name: str) -> str | None:
    """Return the two letters of a country by code or name, or None when nobody calls a country so."""
    return _table().get(_plain(name))


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter) and letter not in ".'’")
    return " ".join(kept.replace("&", " and ").removeprefix("the ").split())


@cache
def _table() -> dict[str, str]:
    table = {code.casefold(): two for code, two in THREE_LETTERS.items()}
    for line in NAMES.strip().splitlines():
        code, names = line.split(" ", 1)
        table[code.casefold()] = code
        for name in names.split("/"):
            table[_plain(name)] = code
    return table
