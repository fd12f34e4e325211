"""What the demo's goods, people and places are called; all of it invented, the places real."""

KINDS = (
    ("Tent", "Camp", 24_900, 2_400),
    ("Sleeping bag", "Camp", 12_900, 1_300),
    ("Gas stove", "Cook", 6_450, 420),
    ("Pot set", "Cook", 4_990, 780),
    ("Water bottle", "Cook", 1_890, 160),
    ("Headlamp", "Light", 3_990, 95),
    ("Lantern", "Light", 2_790, 310),
    ("Rain jacket", "Wear", 14_900, 340),
    ("Wool socks", "Wear", 1_690, 80),
    ("Backpack", "Carry", 11_900, 1_150),
    ("Dry sack", "Carry", 1_990, 110),
    ("Trekking poles", "Walk", 7_990, 460),
    ("Peg set", "Camp", 1_490, 210),
    ("Climbing rope", "Climb", 15_900, 3_900),
    ("Chalk bag", "Climb", 1_790, 130),
    ("First-aid kit", "Safety", 2_990, 280),
    ("Compass", "Safety", 2_190, 60),
    ("Map case", "Safety", 1_290, 70),
    ("Camp chair", "Camp", 5_490, 1_600),
    ("Repair kit", "Camp", 990, 90),
)
MAKES = ("Ridge", "Fjord", "Moraine", "Larch", "Cairn", "Tarn", "Heath", "Summit", "Delta", "Quarry")

FIRST_NAMES = (
    "Ada", "Björn", "Carmen", "Dilip", "Elif", "Fatou", "Greta", "Henrik", "Inès", "José", "Kaja", "Łukasz", "Mei",
    "Nora", "Omar", "Priya", "Quentin", "Rosa", "Søren", "Thandi", "Uma", "Viktor", "Wanda", "Xenia", "Yusuf", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Abbot", "Bergström", "Castillo", "Dufresne", "Eriksen", "Falk", "García", "Hollis", "Ivarsson", "Jankowski",
    "Kowalczyk", "Lindqvist", "Müller", "Nakamura", "O’Hara", "Petrov", "Quist", "Rahman", "Sørensen", "Tremblay",
    "Ueda", "Varga", "Whitlock", "Xu", "Yılmaz", "Zamora",
)  # fmt: skip
STREETS = ("Linden Street", "Mill Lane", "Harbor Road", "Station Avenue", "Orchard Way", "Quarry Hill", "Canal Street")

PLACES = (
    ("Seattle", "WA", "98101", "West"),
    ("Portland", "OR", "97205", "West"),
    ("San Francisco", "CA", "94109", "West"),
    ("Los Angeles", "CA", "90049", "West"),
    ("Denver", "CO", "80219", "West"),
    ("Phoenix", "AZ", "85023", "West"),
    ("Salt Lake City", "UT", "84106", "West"),
    ("Dallas", "TX", "75217", "Central"),
    ("Houston", "TX", "77036", "Central"),
    ("Chicago", "IL", "60610", "Central"),
    ("Minneapolis", "MN", "55407", "Central"),
    ("Detroit", "MI", "48205", "Central"),
    ("Saint Louis", "MO", "63116", "Central"),
    ("New York", "NY", "10024", "East"),
    ("Philadelphia", "PA", "19143", "East"),
    ("Boston", "MA", "02108", "East"),
    ("Columbus", "OH", "43215", "East"),
    ("Burlington", "VT", "05401", "East"),
    ("Newark", "NJ", "07102", "East"),
    ("Atlanta", "GA", "30318", "South"),
    ("Miami", "FL", "33133", "South"),
    ("Nashville", "TN", "37211", "South"),
    ("New Orleans", "LA", "70115", "South"),
    ("Charlotte", "NC", "28205", "South"),
)
