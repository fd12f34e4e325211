"""What each kind of file may hold, and by which names people call it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Field:
    """``names`` are headers in lower case, letters and digits only, most telling first."""

    name: str
    label: str
    names: tuple[str, ...]
    is_required: bool = False
    is_number: bool = False


def _field(name: str, label: str, names: str, *, required: bool = False, number: bool = False) -> Field:
    return Field(
        name=name,
        label=label,
        names=(name.replace("_", ""), *names.split()),
        is_required=required,
        is_number=number,
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

STOCK = (
    _field("sku", "SKU", "productid productcode itemcode article articlenumber", required=True),
    _field("site", "Site", "sitecode warehouse warehousecode location store", required=True),
    _field("quantity", "Quantity", "qty units onhand stock pieces openingstock", required=True, number=True),
)

PRODUCTS = (
    _field("sku", "SKU", "productid productcode itemcode code article articlenumber variantsku", required=True),
    _field("name", "Name", "productname title description itemname", required=True),
    _field("category", "Category", "productcategory producttype type"),
    _field("sub_category", "Sub-category", "subcategory"),
    _field("gtin", "GTIN", "ean barcode upc variantbarcode isbn"),
    _field("weight_g", "Weight in grams", "weight grams variantgrams weightgrams", number=True),
    _field("tax_class", "Tax class", "tax taxcode"),
    _field("price", "Unit price, net", "unitprice netprice variantprice listprice", number=True),
    _field("currency", "Currency", "currencycode"),
)

KINDS = {"orders": ORDERS, "stock": STOCK, "products": PRODUCTS}
