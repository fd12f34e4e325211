"""Names and places that the customers of the past have; common names are as common as in life."""

FIRST_NAMES = (
    "Mary", "James", "Linda", "Robert", "Elena", "José", "Anna", "David", "Priya", "Michael", "Sofia", "Björn",
    "Carmen", "Omar", "Greta", "Wei", "Nora", "Łukasz", "Fatou", "Henrik", "Inès", "Viktor", "Thandi", "Yusuf", "Zoë",
    "Ada", "Quentin", "Rosa", "Søren", "Uma", "Kaja", "Dilip", "Elif", "Mei", "Xenia", "Wanda", "Otis", "Pia", "Ravi",
)  # fmt: skip
LAST_NAMES = (
    "Smith", "Johnson", "Williams", "Brown", "García", "Miller", "Davis", "Rodríguez", "Martínez", "Hernández", "Lopez",
    "Wilson", "Anderson", "Thomas", "Taylor", "Moore", "Jackson", "Martin", "Lee", "Pérez", "Thompson", "White",
    "Harris", "Sánchez", "Clark", "Ramírez", "Lewis", "Robinson", "Walker", "Young", "Allen", "King", "Wright", "Scott",
    "Torres", "Nguyễn", "Hill", "Flores", "Green", "Adams", "Nelson", "Baker", "Hall", "Rivera", "Campbell", "Mitchell",
    "Carter", "Roberts", "Goldsmith", "Smithson", "Kowalczyk", "Bergström", "Müller", "O’Hara", "Yılmaz", "Quist",
)  # fmt: skip
NOTES = (
    "Please leave it with the neighbour at number 12.",
    "Ring the bell twice, the dog is friendly.",
    "It is a gift: no prices in the box, please.",
    "Customer called about the delivery date; promised an answer by Friday.",
    "Wrong size last time, please check the label before packing.",
    "Deliver to the back entrance of the workshop.",
)
CARRIERS = ("Parcel Post", "Northline Freight", "City Couriers")
SIZES = ("XS", "S", "M", "L", "XL", "Grey", "Red", "Blue", "Green", "Black")
