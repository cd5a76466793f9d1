"""The addresses of the licensing pages, in one table."""

from flask import Blueprint

from licensing.pages import board, catalogue, contracts, servers, statements

blueprint = Blueprint("licensing_pages", __name__, template_folder="../templates")

for address, shown in {
    "/seats": board.show_board,
    "/seats/<uuid:product_id>": board.show_product,
    "/contracts": contracts.list_contracts,
    "/contracts/new": contracts.new_contract,
    "/contracts/<uuid:contract_id>": contracts.show_contract,
    "/contracts/<uuid:contract_id>/change": contracts.edit_contract,
    "/contracts/<uuid:contract_id>/statement": statements.show_statement,
    "/contracts/<uuid:contract_id>/lots/new": contracts.new_lot,
    "/contracts/lots/<uuid:lot_id>/change": contracts.edit_lot,
    "/catalogue": catalogue.show_catalogue,
    "/catalogue/vendors/new": catalogue.new_vendor,
    "/catalogue/products/new": catalogue.new_product,
    "/catalogue/features/new": catalogue.new_feature,
    "/servers/new": servers.new_server,
    "/servers/<uuid:server_id>": servers.show_server,
    "/servers/<uuid:server_id>/captures/new": servers.new_capture,
    "/servers/captures/<uuid:capture_id>": servers.download_capture,
}.items():
    blueprint.add_url_rule(address, view_func=shown, methods=["GET"])

for address, done in {
    "/seats/<uuid:product_id>": board.post_checkout,
    "/seats/checkouts/<uuid:checkout_id>/return": board.post_return,
    "/seats/checkouts/<uuid:checkout_id>/extension": board.post_extension,
    "/contracts/new": contracts.post_contract,
    "/contracts/<uuid:contract_id>/change": contracts.post_contract_change,
    "/contracts/<uuid:contract_id>/lots/new": contracts.post_lot,
    "/contracts/lots/<uuid:lot_id>/change": contracts.post_lot_change,
    "/catalogue/vendors/new": catalogue.post_vendor,
    "/catalogue/products/new": catalogue.post_product,
    "/catalogue/features/new": catalogue.post_feature,
    "/seats/features/<uuid:feature_id>/unlink": catalogue.post_unlink,
    "/servers/new": servers.post_server,
    "/servers/<uuid:server_id>/captures/new": servers.take_in_capture,
}.items():
    blueprint.add_url_rule(address, view_func=done, methods=["POST"])
