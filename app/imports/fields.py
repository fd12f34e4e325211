"""What each kind of file may hold, and by which names people call it."""

import re
from dataclasses import dataclass

NOT_A_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, kw_only=True)
class Field:
    """``names`` are headers in lower case, letters and digits only, most telling first."""

    name: str
    label: str
    names: tuple[str, ...]
    is_required: bool = False
    is_number: bool = False
    is_date: bool = False


def _field(name: str, label: str, names: str, *, required: bool = False, number: bool = False) -> Field:
    return Field(
        name=name,
        label=label,
        names=(name.replace("_", ""), *names.split(), NOT_A_LETTER.sub("", label).casefold()),
        is_required=required,
        is_number=number,
        is_date=name.endswith("_on"),
    )


ORDERS = (
    _field("order_number", "Order number", "orderid orderno ordername externalnumber ordernr name", required=True),
    _field("placed_on", "Placed on", "orderdate date createdat orderedat orderedon purchasedate datepurchased"),
    _field("sku", "SKU", "productid lineitemsku productcode itemcode itemsku article articlenumber", required=True),
    _field("quantity", "Quantity", "qty units lineitemquantity quantitypurchased pieces", required=True, number=True),
    _field("line_total", "Line total, net", "sales linetotal total amount netamount linesubtotal", number=True),
    _field("unit_price", "Unit price, net", "price lineitemprice itemprice netprice", number=True),
    _field("discount", "Discount", "discountshare discountpercent rebate", number=True),
    _field("currency", "Currency", "currencycode"),
    _field("product_name", "Product name", "lineitemname productname itemname title description"),
    _field("category", "Category", "productcategory producttype"),
    _field("sub_category", "Sub-category", "subcategory"),
    _field("customer_code", "Customer code", "customerid customerno customernumber clientid buyerid"),
    _field("customer_name", "Customer name", "customer buyername shippingname recipientname recipient fullname"),
    _field("segment", "Segment", "customersegment customergroup"),
    _field("email", "E-mail", "mail emailaddress customeremail buyeremail"),
    _field("phone", "Phone", "telephone mobile phonenumber shippingphone buyerphonenumber"),
    _field("street", "Street", "address address1 shippingaddress1 shippingstreet shipaddress1 addressline1"),
    _field("city", "City", "town shippingcity shipcity"),
    _field("region", "State or region", "state province stateprovince shippingprovince shipstate county"),
    _field("postal_code", "Postal code", "zip zipcode postcode postalcode shippingzip shippostalcode pin pincode"),
    _field("country", "Country", "countrycode shippingcountry shipcountry"),
    _field("sales_region", "Sales region", "salesarea territory region"),
    _field("shipped_on", "Shipped on", "shipdate shippingdate shippedat dispatchdate fulfilledat"),
    _field("payment_method", "Payment method", "payment paymenttype"),
    _field("note", "Note", "notes comment remarks customernote"),
)

SKU_NAMES = "productid productcode itemcode article articlenumber"
SITE_NAMES = "sitecode warehouse warehousecode store"

PRODUCTS = (
    _field("sku", "SKU", "productid productcode itemcode code article articlenumber variantsku", required=True),
    _field("name", "Name", "productname title description itemname"),
    _field("category", "Category", "productcategory producttype type"),
    _field("sub_category", "Sub-category", "subcategory"),
    _field("gtin", "GTIN", "ean barcode upc variantbarcode isbn"),
    _field("weight_g", "Weight in grams", "weight grams variantgrams weightgrams", number=True),
    _field("tax_class", "Tax class", "tax taxcode"),
    _field("tracking", "Tracking", "trackedby trackingmethod"),
    _field("removal", "Removal", "removalstrategy removalrule"),
    _field("removal_days", "Removal days", "removaldaysbeforeexpiry", number=True),
    _field("cost", "Unit cost", "unitcost costprice purchaseprice standardcost", number=True),
    _field("is_active", "For sale", "active forsale enabled"),
    _field("price", "Unit price, net", "unitprice netprice variantprice listprice", number=True),
    _field("currency", "Currency", "currencycode"),
)

STOCK = (
    _field("sku", "SKU", SKU_NAMES, required=True),
    _field("site", "Site", f"{SITE_NAMES} location", required=True),
    _field("quantity", "Quantity", "qty units onhand stock pieces openingstock", required=True, number=True),
    _field("bin", "Bin", "bincode shelf bay binlocation"),
    _field("lot", "Lot", "lotcode lotnumber batch batchnumber"),
    _field("expires_on", "Expires on", "expiry expirydate expirationdate bestbefore bestbeforedate useby"),
)

PRICES = (
    _field("price_list", "Price list", "pricelistcode list", required=True),
    _field("sku", "SKU", SKU_NAMES, required=True),
    _field("price", "Unit price, net", "unitprice netprice listprice amount minor", required=True, number=True),
    _field("currency", "Currency", "currencycode"),
)

BINS = (
    _field("site", "Site", SITE_NAMES, required=True),
    _field("code", "Bin", "bin bincode shelf bay location binlocation", required=True),
    _field("zone", "Zone", "area"),
    _field("kind", "Kind", "type bintype binkind"),
    _field("pick_sequence", "Pick sequence", "sequence walkingorder order", number=True),
    _field("capacity", "Capacity", "capacityunits units most", number=True),
    _field("one_sku", "One SKU only", "onesku singlesku nomixsku"),
    _field("one_lot", "One lot only", "onelot singlelot nomixlot"),
    _field("is_active", "In use", "active inuse enabled"),
)

COUNTS = (
    _field("sku", "SKU", SKU_NAMES, required=True),
    _field("site", "Site", f"{SITE_NAMES} location", required=True),
    _field("bin", "Bin", "bincode shelf bay binlocation"),
    _field("lot", "Lot", "lotcode lotnumber batch batchnumber"),
    _field("counted", "Counted", "countedquantity quantity qty units count onhand", required=True, number=True),
)

KINDS = {"orders": ORDERS, "products": PRODUCTS, "prices": PRICES, "stock": STOCK, "bins": BINS, "counts": COUNTS}
