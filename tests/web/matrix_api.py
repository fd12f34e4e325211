"""Who may ask for what of the API: nobody without a key, whatever their role."""

from tests.web.rows import everybody

API = (
    everybody("GET", "/api/v1/docs", 200),
    everybody("GET", "/api/v1/openapi.json", 200),
    everybody("GET", "/api/v1/stock", 401),
    everybody("GET", "/api/v1/skus", 401),
    everybody("GET", "/api/v1/skus/<path:code>", 401, path="/api/v1/skus/TEA-1"),
    everybody("GET", "/api/v1/sites", 401),
    everybody("GET", "/api/v1/sites/<code>", 401, path="/api/v1/sites/RNO1"),
    everybody("GET", "/api/v1/orders", 401),
    everybody("POST", "/api/v1/orders", 401),
    everybody("GET", "/api/v1/orders/<number>", 401, path="/api/v1/orders/W-1"),
    everybody("POST", "/api/v1/orders/<number>/cancellation", 401, path="/api/v1/orders/W-1/cancellation"),
    everybody("POST", "/api/v1/orders/<number>/payments", 401, path="/api/v1/orders/W-1/payments"),
    everybody("POST", "/api/v1/orders/<number>/refunds", 401, path="/api/v1/orders/W-1/refunds"),
    everybody("GET", "/api/v1/skus/<path:code>/availability", 401, path="/api/v1/skus/TEA-1/availability"),
    everybody("GET", "/api/v1/transfers", 401),
    everybody("POST", "/api/v1/transfers", 401),
    everybody("GET", "/api/v1/transfers/<number>", 401, path="/api/v1/transfers/T-1"),
    everybody("POST", "/api/v1/transfers/<number>/departure", 401, path="/api/v1/transfers/T-1/departure"),
    everybody("POST", "/api/v1/transfers/<number>/arrivals", 401, path="/api/v1/transfers/T-1/arrivals"),
    everybody("POST", "/api/v1/transfers/<number>/cancellation", 401, path="/api/v1/transfers/T-1/cancellation"),
    everybody("POST", "/api/v1/reservations", 401),
    everybody("GET", "/api/v1/reservations", 401),
    everybody("GET", "/api/v1/reservations/<token>", 401, path="/api/v1/reservations/none"),
    everybody("PUT", "/api/v1/reservations/<token>", 401, path="/api/v1/reservations/none"),
    everybody("DELETE", "/api/v1/reservations/<token>", 401, path="/api/v1/reservations/none"),
    everybody("POST", "/api/v1/reservations/<token>/extension", 401, path="/api/v1/reservations/none/extension"),
    everybody("GET", "/api/v1/purchase-orders", 401),
    everybody("POST", "/api/v1/purchase-orders", 401),
    everybody("GET", "/api/v1/purchase-orders/<number>", 401, path="/api/v1/purchase-orders/PO-1"),
    *(
        everybody("POST", f"/api/v1/purchase-orders/<number>/{act}", 401, path=f"/api/v1/purchase-orders/PO-1/{act}")
        for act in ("sending", "dates", "cancellation", "receipts")
    ),
)
