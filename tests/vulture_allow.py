# mypy: disable-error-code="name-defined"
# ruff: noqa: B018, F821
"""Names that are used where vulture cannot see it. A name leaves this list with its user."""

# Called or read by a library.
type_annotation_map
isolation_level
executemany
impl
cache_ok
process_bind_param
process_result_value
ARGUMENTS_PARSER
_deserialize
format_commands

# A type only.
HasVersion

# Read by templates and schemas, by name.
covers_first
is_recorded
covers_last
has_password
server_name
is_borrowed
differs
of_this_contract
observed
made_at
seen_in_use
seen_reported
figure
is_partly
bar_x
bar_width
is_chosen

# Written out with all fields of its value.
recent
started_raw
served_by
from_reservation
is_year_assumed

# Marks fields of facts; those rooms are left out above.
personal

# The reader's half of the formats: what checks a log from its files. Tests hold it against the writer's half.
parse_canonical
parse_proof
tile_path
entries_path
partial_width
decode_entry_bundle
grow
roots_of
consistency_proof
verify_consistency

# What other domains may ask.
seats_free_today

# Invitations to screenings, which the reviews floor sends; tests read them back.
write_invitation
REQUEST

# For houses whose counterparties want ML-DSA-44 beside Ed25519; tests hold them against a published vector.
MlDsaCosigner
COSIGNATURE_TYPES

# Read by templates and schemas.
is_undone
looked_back_to

# Named in a fact's field by its value.
VALUE

# Read by the templates and schemas of reservations, by name.
Meta
is_for_all
frame_y
frame_height
used_y
used_height
over_y
over_height
tick
y
label_x
label_anchor
short_days
short_runs
is_enough
prec

# What a licence server's text says and a reader keeps, though no use case asks for it yet.
reported_issued
soft_limit
named_users
borrow_lowwater
borrow_hours
timeouts
host_groups
debug_log
report_log
records_denials
answered_by
shown_at
reasons_joined

# A log read whole, which the use case reads part by part; tests hold the two against each other.
classify
count_denials
usage_by_feature

# Read by templates, schemas and forms.
can_send
band
weeks
mean_error
worst_error
within_band
has_key
mapping_name
is_template

# Set for others: by SQLAlchemy and Flask.
added_at
max_content_length

# Choices of a form.
WINDOWS_1252
UTF_16

# Fields of reviews that templates, schemas and texts read, by name.
accepted_by
accepted_number
breaks
can_be_sent
codec
days_overdue
element
exclude
has_read
help
house_days
invited_id
is_empty
is_fallback
is_required
is_resumed
last_view_at
lead
machine_count
material_name
material_number
now_x
paid_by
platform_revoked_at
platform_revoked_by
revoke_reason
version_number
white
NUMBER_MAX
STATES
path_url

# Words of controlled lists, chosen by people.
SCRIPT
ROUGH_CUT
PICTURE_LOCK
DELIVERY
SET
TIER_2
CONTACT
PICTURE
SOUND
LEGAL
ARTWORK
DOCUMENT
