"""initial

Revision ID: 0001
Revises: None
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('activity_category',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('coef_pct', sa.Integer(), nullable=False),
    sa.Column('hours_eligible', sa.Boolean(), nullable=False),
    sa.Column('minors_ok', sa.Boolean(), nullable=False),
    sa.Column('hazard_default', sa.Boolean(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint('coef_pct BETWEEN 50 AND 200', name=op.f('ck_activity_category_coef_in_range')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activity_category')),
    sa.UniqueConstraint('code', name=op.f('uq_activity_category_code'))
    )
    op.create_table('area',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('type', sa.String(length=23), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('lead_code', sa.String(length=20), nullable=True),
    sa.Column('households', sa.Integer(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("type IN ('city', 'district', 'street', 'community', 'grid', 'microgrid', 'neighbour_group')", name=op.f('ck_area_type')),
    sa.ForeignKeyConstraint(['parent_id'], ['area.id'], name=op.f('fk_area_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_area')),
    sa.UniqueConstraint('code', name=op.f('uq_area_code'))
    )
    with op.batch_alter_table('area', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_area_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_path'), ['path'], unique=False)

    op.create_table('audit_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('target', sa.String(length=120), nullable=False),
    sa.Column('area_path', sa.String(length=200), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry')),
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entry_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_target_created_at'), ['target', 'created_at'], unique=False)

    op.create_table('counter',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('value', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_counter'))
    )
    op.create_table('donor',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('publish_name', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_donor')),
    sa.UniqueConstraint('code', name=op.f('uq_donor_code'))
    )
    op.create_table('failed_attempt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_failed_attempt'))
    )
    with op.batch_alter_table('failed_attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_failed_attempt_subject_created_at'), ['subject', 'created_at'], unique=False)

    op.create_table('idempotency_key',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('caller', sa.String(length=80), nullable=False),
    sa.Column('route', sa.String(length=120), nullable=False),
    sa.Column('key', sa.String(length=255), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('answer', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_idempotency_key')),
    sa.UniqueConstraint('caller', 'route', 'key', name=op.f('uq_idempotency_key_caller_route_key'))
    )
    op.create_table('job_run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('job', sa.String(length=40), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_run'))
    )
    with op.batch_alter_table('job_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_job_run_job_created_at'), ['job', 'created_at'], unique=False)

    op.create_table('refused_scan',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('raw', sa.String(length=200), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('direction', sa.String(length=8), nullable=False),
    sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('device', sa.String(length=64), nullable=False),
    sa.Column('activity', sa.String(length=40), nullable=False),
    sa.Column('volunteer', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refused_scan')),
    )
    with op.batch_alter_table('refused_scan', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_refused_scan_created_at'), ['created_at'], unique=False)

    op.create_table('workday_override',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('is_workday', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workday_override')),
    sa.UniqueConstraint('day', name=op.f('uq_workday_override_day'))
    )
    op.create_table('compound',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('community_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('has_party_branch', sa.Boolean(), nullable=False),
    sa.Column('has_owners_committee', sa.Boolean(), nullable=False),
    sa.Column('property_company', sa.String(length=60), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['community_id'], ['area.id'], name=op.f('fk_compound_community_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_compound'))
    )
    op.create_table('device',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_device_area_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device')),
    sa.UniqueConstraint('code', name=op.f('uq_device_code'))
    )
    op.create_table('merchant',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('street_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['street_id'], ['area.id'], name=op.f('fk_merchant_street_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merchant')),
    sa.UniqueConstraint('code', name=op.f('uq_merchant_code')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_merchant_token_hash'))
    )
    op.create_table('monthly_theme',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('month', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_monthly_theme_area_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_monthly_theme')),
    sa.UniqueConstraint('area_id', 'year', 'month', name=op.f('uq_monthly_theme_area_id_year_month'))
    )
    op.create_table('rule_set',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('street_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.String(length=20), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=17), nullable=False),
    sa.Column('params', sa.JSON(), nullable=False),
    sa.Column('resolution_ref', sa.String(length=120), nullable=False),
    sa.Column('first', sa.Boolean(), nullable=False),
    sa.Column('drafted_by', sa.String(), nullable=False),
    sa.Column('published_by', sa.String(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("status IN ('draft', 'published', 'retired')", name=op.f('ck_rule_set_status')),
    sa.CheckConstraint('published_by IS NULL OR published_by <> drafted_by OR first', name=op.f('ck_rule_set_two_people')),
    sa.ForeignKeyConstraint(['street_id'], ['area.id'], name=op.f('fk_rule_set_street_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_set')),
    sa.UniqueConstraint('version', name=op.f('uq_rule_set_version')),
    )
    op.create_table('unit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('linked_community_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("kind IN ('backing', 'resident', 'co_build', 'other')", name=op.f('ck_unit_kind')),
    sa.ForeignKeyConstraint(['linked_community_id'], ['area.id'], name=op.f('fk_unit_linked_community_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit')),
    sa.UniqueConstraint('code', name=op.f('uq_unit_code'))
    )
    op.create_table('venue',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('address', sa.String(length=120), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('low_counter', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("kind IN ('station', 'red_post', 'neighbour_centre', 'service_centre', 'other')", name=op.f('ck_venue_kind')),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_venue_area_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_venue'))
    )
    op.create_table('goods_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('street_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('label_code', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('spec', sa.String(length=40), nullable=False),
    sa.Column('unit_name', sa.String(length=10), nullable=False),
    sa.Column('kind', sa.String(length=15), nullable=False),
    sa.Column('ref_value_fen', sa.Integer(), nullable=False),
    sa.Column('perishable', sa.Boolean(), nullable=False),
    sa.Column('limit_pp_month', sa.Integer(), nullable=False),
    sa.Column('min_age', sa.Integer(), nullable=False),
    sa.Column('merchant_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('status', sa.String(length=17), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("kind <> 'voucher' OR merchant_id IS NOT NULL", name=op.f('ck_goods_item_voucher_has_merchant')),
    sa.CheckConstraint("kind IN ('goods', 'voucher', 'service')", name=op.f('ck_goods_item_kind')),
    sa.CheckConstraint("status IN ('draft', 'on_shelf', 'off_shelf', 'retired')", name=op.f('ck_goods_item_status')),
    sa.CheckConstraint('limit_pp_month >= 0', name=op.f('ck_goods_item_limit')),
    sa.CheckConstraint('ref_value_fen >= 0', name=op.f('ck_goods_item_ref_value')),
    sa.ForeignKeyConstraint(['merchant_id'], ['merchant.id'], name=op.f('fk_goods_item_merchant_id')),
    sa.ForeignKeyConstraint(['street_id'], ['area.id'], name=op.f('fk_goods_item_street_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_goods_item')),
    sa.UniqueConstraint('code', name=op.f('uq_goods_item_code')),
    sa.UniqueConstraint('label_code', name=op.f('uq_goods_item_label_code')),
    sa.UniqueConstraint('street_id', 'code', name=op.f('uq_goods_item_street_id_code'))
    )
    op.create_table('station',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('venue_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('open_hours', sa.String(length=120), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=14), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("status IN ('active', 'paused', 'closed')", name=op.f('ck_station_status')),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_station_area_id')),
    sa.ForeignKeyConstraint(['venue_id'], ['venue.id'], name=op.f('fk_station_venue_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_station')),
    sa.UniqueConstraint('code', name=op.f('uq_station_code')),
    sa.UniqueConstraint('number', name=op.f('uq_station_number'))
    )
    op.create_table('volunteer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('gender', sa.String(length=14), nullable=False),
    sa.Column('birth_date', sa.Date(), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('phone_none', sa.Boolean(), nullable=False),
    sa.Column('street_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('community_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('neighbour_group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('area_path', sa.String(length=200), nullable=False),
    sa.Column('compound_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('residence_text', sa.String(length=60), nullable=False),
    sa.Column('service_categories', sa.String(length=200), nullable=False),
    sa.Column('availability', sa.String(length=120), nullable=False),
    sa.Column('emergency_contact', sa.String(length=60), nullable=False),
    sa.Column('national_volunteer_no', sa.String(length=40), nullable=True),
    sa.Column('registered_via', sa.String(length=14), nullable=False),
    sa.Column('status', sa.String(length=18), nullable=False),
    sa.Column('points_policy', sa.String(length=18), nullable=False),
    sa.Column('elder_mode', sa.Boolean(), nullable=False),
    sa.Column('pin_hash', sa.String(length=200), nullable=True),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("gender IN ('female', 'male', 'unsaid')", name=op.f('ck_volunteer_gender')),
    sa.CheckConstraint("phone IS NOT NULL OR phone_none OR status = 'anonymised'", name=op.f('ck_volunteer_phone_or_reason')),
    sa.CheckConstraint("points_policy IN ('earn', 'hours_only')", name=op.f('ck_volunteer_points_policy')),
    sa.CheckConstraint("registered_via IN ('self', 'staff', 'import')", name=op.f('ck_volunteer_registered_via')),
    sa.CheckConstraint("status IN ('pending', 'active', 'suspended', 'closed', 'anonymised')", name=op.f('ck_volunteer_status')),
    sa.ForeignKeyConstraint(['community_id'], ['area.id'], name=op.f('fk_volunteer_community_id')),
    sa.ForeignKeyConstraint(['compound_id'], ['compound.id'], name=op.f('fk_volunteer_compound_id')),
    sa.ForeignKeyConstraint(['neighbour_group_id'], ['area.id'], name=op.f('fk_volunteer_neighbour_group_id')),
    sa.ForeignKeyConstraint(['street_id'], ['area.id'], name=op.f('fk_volunteer_street_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_volunteer')),
    sa.UniqueConstraint('code', name=op.f('uq_volunteer_code')),
    sa.UniqueConstraint('national_volunteer_no', name=op.f('uq_volunteer_national_volunteer_no')),
    sa.UniqueConstraint('phone', name=op.f('uq_volunteer_phone'))
    )
    with op.batch_alter_table('volunteer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_volunteer_area_path'), ['area_path'], unique=False)
        batch_op.create_index(batch_op.f('ix_volunteer_community_id'), ['community_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_volunteer_name'), ['name'], unique=False)

    op.create_table('account',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('login', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('setup_hash', sa.String(length=64), nullable=True),
    sa.Column('setup_expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("status IN ('active', 'disabled')", name=op.f('ck_account_status')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['volunteer.id'], name=op.f('fk_account_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('login', name=op.f('uq_account_login')),
    sa.UniqueConstraint('setup_hash', name=op.f('uq_account_setup_hash'))
    )
    op.create_table('adjustment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('beneficiary', sa.String(length=40), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('proposed_by', sa.String(length=40), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('decided_by', sa.String(length=40), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("status IN ('open', 'approved', 'declined')", name=op.f('ck_adjustment_status')),
    sa.CheckConstraint('decided_by IS NULL OR (decided_by <> proposed_by AND decided_by <> beneficiary)', name=op.f('ck_adjustment_two_people')),
    sa.CheckConstraint('length(reason) >= 10', name=op.f('ck_adjustment_reason')),
    sa.CheckConstraint('points BETWEEN -100 AND 100 AND points <> 0', name=op.f('ck_adjustment_points')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['volunteer.id'], name=op.f('fk_adjustment_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_adjustment')),
    sa.UniqueConstraint('code', name=op.f('uq_adjustment_code'))
    )
    with op.batch_alter_table('adjustment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_adjustment_volunteer_id'), ['volunteer_id'], unique=False)

    op.create_table('card',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('serial', sa.String(length=20), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_reason', sa.String(length=60), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['volunteer_id'], ['volunteer.id'], name=op.f('fk_card_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_card')),
    sa.UniqueConstraint('code', name=op.f('uq_card_code')),
    sa.UniqueConstraint('serial', name=op.f('uq_card_serial'))
    )
    with op.batch_alter_table('card', schema=None) as batch_op:
        batch_op.create_index('uq_card_live', ['volunteer_id'], unique=True, sqlite_where=sa.text('revoked_at IS NULL'), postgresql_where=sa.text('revoked_at IS NULL'))

    op.create_table('consent',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('purpose', sa.String(length=22), nullable=False),
    sa.Column('text_version', sa.String(length=20), nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('channel', sa.String(length=13), nullable=False),
    sa.Column('paper_ref', sa.String(length=60), nullable=False),
    sa.Column('recorded_by', sa.String(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("channel <> 'paper' OR paper_ref <> ''", name=op.f('ck_consent_paper_has_reference')),
    sa.CheckConstraint("channel IN ('web', 'paper')", name=op.f('ck_consent_channel')),
    sa.CheckConstraint("purpose IN ('register', 'points', 'publish_name', 'share_unit', 'household_pool', 'guardian', 'wish_publish', 'notice')", name=op.f('ck_consent_purpose')),
    sa.ForeignKeyConstraint(['subject_id'], ['volunteer.id'], name=op.f('fk_consent_subject_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent'))
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.create_index('uq_consent_open', ['subject_id', 'purpose'], unique=True, sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))

    op.create_table('exchange_session',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('station_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('start_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('end_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('max_points_pp', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=17), nullable=False),
    sa.Column('opened_stock', sa.JSON(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("status IN ('planned', 'open', 'closed', 'cancelled')", name=op.f('ck_exchange_session_status')),
    sa.CheckConstraint('end_at > start_at', name=op.f('ck_exchange_session_ends_after_start')),
    sa.CheckConstraint('max_points_pp >= 0', name=op.f('ck_exchange_session_max_points_pp')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_exchange_session_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exchange_session')),
    sa.UniqueConstraint('code', name=op.f('uq_exchange_session_code'))
    )
    with op.batch_alter_table('exchange_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_exchange_session_station_id_day'), ['station_id', 'day'], unique=False)
        batch_op.create_index('uq_exchange_session_open', ['station_id'], unique=True, sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'"))

    op.create_table('goods_price',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('price', sa.Integer(), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint('price > 0', name=op.f('ck_goods_price_price')),
    sa.ForeignKeyConstraint(['item_id'], ['goods_item.id'], name=op.f('fk_goods_price_item_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_goods_price')),
    sa.UniqueConstraint('item_id', 'effective_from', name=op.f('uq_goods_price_item_id_effective_from')),
    )
    op.create_table('household',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('community_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('neighbour_group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('head_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['community_id'], ['area.id'], name=op.f('fk_household_community_id')),
    sa.ForeignKeyConstraint(['head_id'], ['volunteer.id'], name=op.f('fk_household_head_id')),
    sa.ForeignKeyConstraint(['neighbour_group_id'], ['area.id'], name=op.f('fk_household_neighbour_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_household')),
    sa.UniqueConstraint('code', name=op.f('uq_household_code'))
    )
    op.create_table('point_account',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('street_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=17), nullable=False),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('balance', sa.Integer(), nullable=False),
    sa.Column('held', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("(kind = 'volunteer') = (volunteer_id IS NOT NULL)", name=op.f('ck_point_account_whose')),
    sa.CheckConstraint("kind = 'volunteer' OR (balance = 0 AND held = 0)", name=op.f('ck_point_account_system_accounts_are_counted')),
    sa.CheckConstraint("kind IN ('volunteer', 'issued', 'held', 'redeemed', 'expired', 'adjusted', 'opening')", name=op.f('ck_point_account_kind')),
    sa.CheckConstraint('balance >= 0', name=op.f('ck_point_account_balance')),
    sa.CheckConstraint('held >= 0', name=op.f('ck_point_account_held')),
    sa.ForeignKeyConstraint(['street_id'], ['area.id'], name=op.f('fk_point_account_street_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['volunteer.id'], name=op.f('fk_point_account_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_point_account')),
    sa.UniqueConstraint('street_id', 'kind', 'volunteer_id', name=op.f('uq_point_account_street_id_kind_volunteer_id')),
    sa.UniqueConstraint('volunteer_id', name=op.f('uq_point_account_volunteer_id'))
    )
    with op.batch_alter_table('point_account', schema=None) as batch_op:
        batch_op.create_index('uq_point_account_system', ['street_id', 'kind'], unique=True, sqlite_where=sa.text('volunteer_id IS NULL'), postgresql_where=sa.text('volunteer_id IS NULL'))

    op.create_table('report_in',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('community_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=17), nullable=False),
    sa.Column('reported_on', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=14), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("kind IN ('linked', 'residence')", name=op.f('ck_report_in_kind')),
    sa.CheckConstraint("status IN ('active', 'ended')", name=op.f('ck_report_in_status')),
    sa.ForeignKeyConstraint(['community_id'], ['area.id'], name=op.f('fk_report_in_community_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_report_in_unit_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['volunteer.id'], name=op.f('fk_report_in_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_in'))
    )
    with op.batch_alter_table('report_in', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_in_unit_id'), ['unit_id'], unique=False)
        batch_op.create_index('uq_report_in_active', ['volunteer_id', 'kind'], unique=True, sqlite_where=sa.text("status = 'active'"), postgresql_where=sa.text("status = 'active'"))

    op.create_table('stock_batch',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('station_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('qty_in', sa.Integer(), nullable=False),
    sa.Column('qty_left', sa.Integer(), nullable=False),
    sa.Column('qty_reserved', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=16), nullable=False),
    sa.Column('donor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('unit_cost_fen', sa.Integer(), nullable=False),
    sa.Column('best_before', sa.Date(), nullable=True),
    sa.Column('received_by', sa.String(length=40), nullable=False),
    sa.Column('checked_by', sa.String(length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("source IN ('budget', 'donation', 'sponsor', 'transfer')", name=op.f('ck_stock_batch_source')),
    sa.CheckConstraint('checked_by <> received_by', name=op.f('ck_stock_batch_two_signatures')),
    sa.CheckConstraint('qty_in > 0', name=op.f('ck_stock_batch_qty_in')),
    sa.CheckConstraint('qty_left >= 0', name=op.f('ck_stock_batch_qty_left')),
    sa.CheckConstraint('qty_reserved BETWEEN 0 AND qty_left', name=op.f('ck_stock_batch_qty_reserved')),
    sa.ForeignKeyConstraint(['donor_id'], ['donor.id'], name=op.f('fk_stock_batch_donor_id')),
    sa.ForeignKeyConstraint(['item_id'], ['goods_item.id'], name=op.f('fk_stock_batch_item_id')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_stock_batch_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_batch')),
    sa.UniqueConstraint('code', name=op.f('uq_stock_batch_code'))
    )
    with op.batch_alter_table('stock_batch', schema=None) as batch_op:
        batch_op.create_index('ix_stock_batch_open', ['station_id', 'item_id', 'best_before'], unique=False, sqlite_where=sa.text('qty_left > 0'), postgresql_where=sa.text('qty_left > 0'))

    op.create_table('stocktake',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('station_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('second_by', sa.String(length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint('second_by <> created_by', name=op.f('ck_stocktake_two_signatures')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_stocktake_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stocktake')),
    sa.UniqueConstraint('code', name=op.f('uq_stocktake_code')),
    sa.UniqueConstraint('station_id', 'month', name=op.f('uq_stocktake_station_id_month'))
    )
    op.create_table('team',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('leader_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('founded_on', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=17), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("kind IN ('community', 'street', 'unit', 'party', 'women', 'elder', 'youth', 'professional')", name=op.f('ck_team_kind')),
    sa.CheckConstraint("status IN ('active', 'paused', 'dissolved')", name=op.f('ck_team_status')),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_team_area_id')),
    sa.ForeignKeyConstraint(['leader_id'], ['volunteer.id'], name=op.f('fk_team_leader_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team')),
    sa.UniqueConstraint('code', name=op.f('uq_team_code'))
    )
    with op.batch_alter_table('team', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_team_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_team_leader_id'), ['leader_id'], unique=False)

    op.create_table('volunteer_skill',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('skill', sa.String(length=40), nullable=False),
    sa.Column('qualification_no_last4', sa.String(length=4), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('verified_by', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['volunteer_id'], ['volunteer.id'], name=op.f('fk_volunteer_skill_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_volunteer_skill'))
    )
    with op.batch_alter_table('volunteer_skill', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_volunteer_skill_volunteer_id'), ['volunteer_id'], unique=False)

    op.create_table('activity',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('category_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('origin', sa.String(length=18), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('street_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('area_path', sa.String(length=200), nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('station_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('theme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('place', sa.String(length=80), nullable=False),
    sa.Column('start_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('end_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('breaks', sa.JSON(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('places_taken', sa.Integer(), nullable=False),
    sa.Column('min_age', sa.Integer(), nullable=False),
    sa.Column('max_age', sa.Integer(), nullable=True),
    sa.Column('required_skill', sa.String(length=40), nullable=False),
    sa.Column('hazard', sa.Boolean(), nullable=False),
    sa.Column('insurance_ref', sa.String(length=60), nullable=False),
    sa.Column('risk_notice', sa.String(length=500), nullable=False),
    sa.Column('guarantee_note', sa.String(length=200), nullable=False),
    sa.Column('contact_name', sa.String(length=40), nullable=False),
    sa.Column('contact_phone', sa.String(length=20), nullable=False),
    sa.Column('leader_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('check_mode', sa.String(length=15), nullable=False),
    sa.Column('walk_in_ok', sa.Boolean(), nullable=False),
    sa.Column('points_eligible', sa.Boolean(), nullable=False),
    sa.Column('extra_pct', sa.Integer(), nullable=False),
    sa.Column('max_minutes_pp_day', sa.Integer(), nullable=True),
    sa.Column('emergency', sa.Boolean(), nullable=False),
    sa.Column('content', sa.String(length=1000), nullable=False),
    sa.Column('status', sa.String(length=22), nullable=False),
    sa.Column('status_reason', sa.String(length=200), nullable=False),
    sa.Column('submitted_by', sa.String(), nullable=True),
    sa.Column('approved_by', sa.String(), nullable=True),
    sa.Column('approved_as', sa.String(), nullable=True),
    sa.Column('screen_code', sa.String(length=16), nullable=False),
    sa.Column('secret', sa.String(length=64), nullable=False),
    sa.Column('poster_code', sa.String(length=16), nullable=False),
    sa.Column('head_count', sa.Integer(), nullable=True),
    sa.Column('beneficiaries', sa.Integer(), nullable=False),
    sa.Column('result_note', sa.String(length=500), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by', sa.String(), nullable=True),
    sa.Column('settled_late', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("NOT hazard OR status IN ('draft', 'pending_review', 'cancelled') OR (insurance_ref <> '' AND min_age >= 18)", name=op.f('ck_activity_hazard_is_insured')),
    sa.CheckConstraint("approved_by <> submitted_by OR approved_as = 'street_admin'", name=op.f('ck_activity_not_self_approved')),
    sa.CheckConstraint("check_mode IN ('dynamic', 'static', 'staff', 'roster')", name=op.f('ck_activity_check_mode')),
    sa.CheckConstraint("origin IN ('planned', 'request', 'wish', 'pair_visit', 'backfill')", name=op.f('ck_activity_origin')),
    sa.CheckConstraint("status IN ('draft', 'pending_review', 'cancelled') OR risk_notice <> ''", name=op.f('ck_activity_risk_is_told')),
    sa.CheckConstraint("status IN ('draft', 'pending_review', 'published', 'in_progress', 'ended', 'settled', 'archived', 'cancelled')", name=op.f('ck_activity_status')),
    sa.CheckConstraint('beneficiaries >= 0', name=op.f('ck_activity_beneficiaries')),
    sa.CheckConstraint('capacity BETWEEN 1 AND 2000', name=op.f('ck_activity_capacity_in_range')),
    sa.CheckConstraint('end_at > start_at', name=op.f('ck_activity_ends_after_start')),
    sa.CheckConstraint('extra_pct IN (100, 120, 150)', name=op.f('ck_activity_extra_pct')),
    sa.CheckConstraint('min_age >= 6', name=op.f('ck_activity_min_age')),
    sa.CheckConstraint('places_taken BETWEEN 0 AND capacity', name=op.f('ck_activity_places_within_capacity')),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_activity_area_id')),
    sa.ForeignKeyConstraint(['category_id'], ['activity_category.id'], name=op.f('fk_activity_category_id')),
    sa.ForeignKeyConstraint(['leader_id'], ['volunteer.id'], name=op.f('fk_activity_leader_id')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_activity_station_id')),
    sa.ForeignKeyConstraint(['street_id'], ['area.id'], name=op.f('fk_activity_street_id')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_activity_team_id')),
    sa.ForeignKeyConstraint(['theme_id'], ['monthly_theme.id'], name=op.f('fk_activity_theme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activity')),
    sa.UniqueConstraint('code', name=op.f('uq_activity_code')),
    sa.UniqueConstraint('poster_code', name=op.f('uq_activity_poster_code')),
    sa.UniqueConstraint('screen_code', name=op.f('uq_activity_screen_code'))
    )
    with op.batch_alter_table('activity', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_activity_area_path'), ['area_path'], unique=False)
        batch_op.create_index(batch_op.f('ix_activity_start_at'), ['start_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_activity_status_end_at'), ['status', 'end_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_activity_team_id'), ['team_id'], unique=False)

    op.create_table('api_token',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_api_token_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('name', name=op.f('uq_api_token_name')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_token_token_hash'))
    )
    op.create_table('guardian',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('minor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('relation', sa.String(length=20), nullable=False),
    sa.Column('guardian_volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('consent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('verified_by', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['consent_id'], ['consent.id'], name=op.f('fk_guardian_consent_id')),
    sa.ForeignKeyConstraint(['guardian_volunteer_id'], ['volunteer.id'], name=op.f('fk_guardian_guardian_volunteer_id')),
    sa.ForeignKeyConstraint(['minor_id'], ['volunteer.id'], name=op.f('fk_guardian_minor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guardian'))
    )
    with op.batch_alter_table('guardian', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guardian_minor_id'), ['minor_id'], unique=False)

    op.create_table('household_member',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('household_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pool_consent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_household_member_household_id')),
    sa.ForeignKeyConstraint(['pool_consent_id'], ['consent.id'], name=op.f('fk_household_member_pool_consent_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['volunteer.id'], name=op.f('fk_household_member_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_household_member'))
    )
    with op.batch_alter_table('household_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_household_member_household_id'), ['household_id'], unique=False)
        batch_op.create_index('uq_household_member_open', ['volunteer_id'], unique=True, sqlite_where=sa.text('left_at IS NULL'), postgresql_where=sa.text('left_at IS NULL'))

    op.create_table('recovery_due',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=120), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('remaining', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint('points > 0', name=op.f('ck_recovery_due_points')),
    sa.CheckConstraint('remaining BETWEEN 0 AND points', name=op.f('ck_recovery_due_remaining')),
    sa.ForeignKeyConstraint(['account_id'], ['point_account.id'], name=op.f('fk_recovery_due_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_due')),
    sa.UniqueConstraint('reference', name=op.f('uq_recovery_due_reference'))
    )
    with op.batch_alter_table('recovery_due', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recovery_due_account_id'), ['account_id'], unique=False)

    op.create_table('redemption',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=24), nullable=False),
    sa.Column('station_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('redeemer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('redeemer_code', sa.String(length=20), nullable=False),
    sa.Column('household_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('status', sa.String(length=17), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('total_points', sa.Integer(), nullable=False),
    sa.Column('rule_version', sa.String(length=20), nullable=False),
    sa.Column('client_token', sa.String(length=255), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('pickup_code', sa.String(length=16), nullable=True),
    sa.Column('pickup_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fulfilled_by', sa.String(length=40), nullable=True),
    sa.Column('fulfilled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('identity_check', sa.String(length=20), nullable=True),
    sa.Column('identity_second', sa.String(length=40), nullable=True),
    sa.Column('proxy_name', sa.String(length=40), nullable=False),
    sa.Column('proxy_relation', sa.String(length=20), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(length=40), nullable=True),
    sa.Column('ended_reason', sa.String(length=200), nullable=False),
    sa.Column('returned_by', sa.String(length=40), nullable=True),
    sa.Column('returned_second', sa.String(length=40), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("identity_check IN ('pin', 'phone4', 'card_pin', 'known_by_two')", name=op.f('ck_redemption_identity_check')),
    sa.CheckConstraint("identity_check IS NULL OR identity_check <> 'known_by_two' OR (identity_second IS NOT NULL AND identity_second <> fulfilled_by)", name=op.f('ck_redemption_two_know')),
    sa.CheckConstraint("status <> 'returned' OR (returned_second IS NOT NULL AND returned_second <> returned_by)", name=op.f('ck_redemption_return_two')),
    sa.CheckConstraint("status IN ('reserved', 'fulfilled', 'cancelled', 'lapsed', 'returned')", name=op.f('ck_redemption_status')),
    sa.CheckConstraint("status NOT IN ('fulfilled', 'returned') OR fulfilled_by IS NOT NULL", name=op.f('ck_redemption_fulfilled_by_someone')),
    sa.CheckConstraint('fulfilled_by IS NULL OR fulfilled_by <> redeemer_code', name=op.f('ck_redemption_not_self')),
    sa.CheckConstraint('total_points > 0', name=op.f('ck_redemption_total')),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_redemption_household_id')),
    sa.ForeignKeyConstraint(['redeemer_id'], ['volunteer.id'], name=op.f('fk_redemption_redeemer_id')),
    sa.ForeignKeyConstraint(['session_id'], ['exchange_session.id'], name=op.f('fk_redemption_session_id')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_redemption_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_redemption')),
    sa.UniqueConstraint('client_token', name=op.f('uq_redemption_client_token')),
    sa.UniqueConstraint('code', name=op.f('uq_redemption_code')),
    sa.UniqueConstraint('pickup_code', name=op.f('uq_redemption_pickup_code')),
    )
    with op.batch_alter_table('redemption', schema=None) as batch_op:
        batch_op.create_index('ix_redemption_due', ['pickup_until'], unique=False, sqlite_where=sa.text("status = 'reserved'"), postgresql_where=sa.text("status = 'reserved'"))
        batch_op.create_index(batch_op.f('ix_redemption_redeemer_id_day'), ['redeemer_id', 'day'], unique=False)
        batch_op.create_index(batch_op.f('ix_redemption_session_id'), ['session_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_redemption_station_id_day'), ['station_id', 'day'], unique=False)

    op.create_table('role_grant',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=23), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('station_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("role IN ('team_leader', 'station_staff', 'community_admin', 'neighbour_lead', 'unit_liaison', 'street_admin', 'auditor', 'sysadmin')", name=op.f('ck_role_grant_role')),
    sa.CheckConstraint('CASE WHEN area_id IS NULL THEN 0 ELSE 1 END + CASE WHEN team_id IS NULL THEN 0 ELSE 1 END + CASE WHEN station_id IS NULL THEN 0 ELSE 1 END + CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END = 1', name=op.f('ck_role_grant_one_scope')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_role_grant_account_id')),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_role_grant_area_id')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_role_grant_station_id')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_role_grant_team_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_role_grant_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grant'))
    )
    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_role_grant_account_id'), ['account_id'], unique=False)

    op.create_table('sign_in',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('agent', sa.String(length=120), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint('account_id IS NOT NULL OR volunteer_id IS NOT NULL', name=op.f('ck_sign_in_someone')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_sign_in_account_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['volunteer.id'], name=op.f('fk_sign_in_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sign_in_token_hash'))
    )
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sign_in_volunteer_id'), ['volunteer_id'], unique=False)

    op.create_table('stock_move',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('delta', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=17), nullable=False),
    sa.Column('reference', sa.String(length=60), nullable=False),
    sa.Column('second_by', sa.String(length=40), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("kind IN ('in', 'redeem', 'return', 'transfer', 'loss', 'expired', 'stocktake')", name=op.f('ck_stock_move_kind')),
    sa.CheckConstraint("kind NOT IN ('in', 'loss', 'expired', 'stocktake') OR (second_by IS NOT NULL AND second_by <> created_by)", name=op.f('ck_stock_move_two_signatures')),
    sa.CheckConstraint('delta <> 0', name=op.f('ck_stock_move_not_nothing')),
    sa.ForeignKeyConstraint(['batch_id'], ['stock_batch.id'], name=op.f('fk_stock_move_batch_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_move')),
    sa.UniqueConstraint('batch_id', 'kind', 'reference', name=op.f('uq_stock_move_batch_id_kind_reference')),
    )
    with op.batch_alter_table('stock_move', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stock_move_created_at'), ['created_at'], unique=False)

    op.create_table('stocktake_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('stocktake_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('counted', sa.Integer(), nullable=False),
    sa.Column('booked', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("counted = booked OR reason <> ''", name=op.f('ck_stocktake_line_difference_explained')),
    sa.CheckConstraint('counted >= 0 AND booked >= 0', name=op.f('ck_stocktake_line_counted')),
    sa.ForeignKeyConstraint(['batch_id'], ['stock_batch.id'], name=op.f('fk_stocktake_line_batch_id')),
    sa.ForeignKeyConstraint(['stocktake_id'], ['stocktake.id'], name=op.f('fk_stocktake_line_stocktake_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stocktake_line')),
    sa.UniqueConstraint('stocktake_id', 'batch_id', name=op.f('uq_stocktake_line_stocktake_id_batch_id')),
    )
    op.create_table('team_member',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=14), nullable=False),
    sa.Column('status', sa.String(length=15), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("role IN ('leader', 'deputy', 'member')", name=op.f('ck_team_member_role')),
    sa.CheckConstraint("status IN ('applied', 'active', 'left', 'removed')", name=op.f('ck_team_member_status')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_team_member_team_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['volunteer.id'], name=op.f('fk_team_member_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team_member'))
    )
    with op.batch_alter_table('team_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_team_member_volunteer_id'), ['volunteer_id'], unique=False)
        batch_op.create_index('uq_team_member_open', ['team_id', 'volunteer_id'], unique=True, sqlite_where=sa.text("status IN ('applied', 'active')"), postgresql_where=sa.text("status IN ('applied', 'active')"))

    op.create_table('transfer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('target_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('volunteer_account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=15), nullable=False),
    sa.Column('reference', sa.String(length=120).with_variant(sa.String(length=120, collation='C'), 'postgresql'), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("purpose IN ('earn', 'opening', 'reserve', 'release', 'spend', 'return', 'expire', 'reverse', 'adjust')", name=op.f('ck_transfer_purpose')),
    sa.CheckConstraint('points > 0', name=op.f('ck_transfer_positive')),
    sa.CheckConstraint('source_id <> target_id', name=op.f('ck_transfer_two_accounts')),
    sa.ForeignKeyConstraint(['source_id'], ['point_account.id'], name=op.f('fk_transfer_source_id')),
    sa.ForeignKeyConstraint(['target_id'], ['point_account.id'], name=op.f('fk_transfer_target_id')),
    sa.ForeignKeyConstraint(['volunteer_account_id'], ['point_account.id'], name=op.f('fk_transfer_volunteer_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfer')),
    sa.UniqueConstraint('purpose', 'reference', name=op.f('uq_transfer_purpose_reference')),
    )
    with op.batch_alter_table('transfer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_transfer_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_transfer_source_id'), ['source_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_transfer_target_id'), ['target_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_transfer_volunteer_account_id_id'), ['volunteer_account_id', 'id'], unique=False)

    op.create_table('attendance_session',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('activity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('local_date', sa.Date(), nullable=False),
    sa.Column('in_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('out_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('in_method', sa.String(length=20), nullable=False),
    sa.Column('out_method', sa.String(length=20), nullable=True),
    sa.Column('in_by', sa.String(), nullable=False),
    sa.Column('out_by', sa.String(), nullable=True),
    sa.Column('status', sa.String(length=19), nullable=False),
    sa.Column('device_hash', sa.String(length=64), nullable=False),
    sa.Column('flags', sa.JSON(), nullable=False),
    sa.Column('flags_decided_by', sa.String(), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("(status = 'open') = (out_at IS NULL) OR status IN ('annulled', 'voided')", name=op.f('ck_attendance_session_open_has_no_out')),
    sa.CheckConstraint("in_method IN ('scan_dynamic', 'scan_static', 'code6', 'staff_scan', 'roster', 'makeup')", name=op.f('ck_attendance_session_in_method')),
    sa.CheckConstraint("out_method IN ('scan_dynamic', 'scan_static', 'code6', 'staff_scan', 'roster', 'makeup')", name=op.f('ck_attendance_session_out_method')),
    sa.CheckConstraint("status IN ('open', 'closed', 'auto_closed', 'corrected', 'annulled', 'voided')", name=op.f('ck_attendance_session_status')),
    sa.CheckConstraint('out_at IS NULL OR out_at >= in_at', name=op.f('ck_attendance_session_out_after_in')),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_attendance_session_activity_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['volunteer.id'], name=op.f('fk_attendance_session_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_session')),
    sa.UniqueConstraint('code', name=op.f('uq_attendance_session_code'))
    )
    with op.batch_alter_table('attendance_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attendance_session_activity_id_status'), ['activity_id', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_attendance_session_volunteer_id_local_date'), ['volunteer_id', 'local_date'], unique=False)
        batch_op.create_index('uq_attendance_session_open', ['volunteer_id'], unique=True, sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'"))

    op.create_table('evaluation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('activity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('local_date', sa.Date(), nullable=False),
    sa.Column('grade', sa.String(length=17), nullable=False),
    sa.Column('note', sa.String(length=100), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("grade IN ('excellent', 'good', 'ok', 'poor')", name=op.f('ck_evaluation_grade')),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_evaluation_activity_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['volunteer.id'], name=op.f('fk_evaluation_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluation')),
    sa.UniqueConstraint('volunteer_id', 'activity_id', 'local_date', name=op.f('uq_evaluation_volunteer_id_activity_id_local_date'))
    )
    op.create_table('point_lot',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('transfer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('remaining', sa.Integer(), nullable=False),
    sa.Column('source_type', sa.String(length=19), nullable=False),
    sa.Column('source_ref', sa.String(length=120), nullable=False),
    sa.Column('rule_version', sa.String(length=20), nullable=False),
    sa.Column('earned_on', sa.Date(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('status', sa.String(length=17), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("source_type IN ('service', 'role_bonus', 'civic', 'adjust_plus', 'return', 'opening')", name=op.f('ck_point_lot_source_type')),
    sa.CheckConstraint("status IN ('active', 'exhausted', 'expired', 'reversed', 'frozen')", name=op.f('ck_point_lot_status')),
    sa.CheckConstraint('points > 0', name=op.f('ck_point_lot_points')),
    sa.CheckConstraint('remaining BETWEEN 0 AND points', name=op.f('ck_point_lot_remaining')),
    sa.ForeignKeyConstraint(['account_id'], ['point_account.id'], name=op.f('fk_point_lot_account_id')),
    sa.ForeignKeyConstraint(['transfer_id'], ['transfer.id'], name=op.f('fk_point_lot_transfer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_point_lot')),
    sa.UniqueConstraint('transfer_id', name=op.f('uq_point_lot_transfer_id')),
    )
    with op.batch_alter_table('point_lot', schema=None) as batch_op:
        batch_op.create_index('ix_point_lot_due', ['expires_on'], unique=False, sqlite_where=sa.text('remaining > 0'), postgresql_where=sa.text('remaining > 0'))
        batch_op.create_index('ix_point_lot_open', ['account_id', 'expires_on', 'earned_on', 'id'], unique=False, sqlite_where=sa.text('remaining > 0'), postgresql_where=sa.text('remaining > 0'))
        batch_op.create_index(batch_op.f('ix_point_lot_source_ref'), ['source_ref'], unique=False)

    op.create_table('redemption_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('redemption_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('qty', sa.Integer(), nullable=False),
    sa.Column('price', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint('price > 0', name=op.f('ck_redemption_line_price')),
    sa.CheckConstraint('qty > 0', name=op.f('ck_redemption_line_qty')),
    sa.ForeignKeyConstraint(['batch_id'], ['stock_batch.id'], name=op.f('fk_redemption_line_batch_id')),
    sa.ForeignKeyConstraint(['item_id'], ['goods_item.id'], name=op.f('fk_redemption_line_item_id')),
    sa.ForeignKeyConstraint(['redemption_id'], ['redemption.id'], name=op.f('fk_redemption_line_redemption_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_redemption_line')),
    )
    with op.batch_alter_table('redemption_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_redemption_line_batch_id'), ['batch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_redemption_line_redemption_id'), ['redemption_id'], unique=False)

    op.create_table('scan_ticket',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('activity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('method', sa.String(length=20), nullable=False),
    sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("method IN ('scan_dynamic', 'scan_static', 'code6')", name=op.f('ck_scan_ticket_method')),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_scan_ticket_activity_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scan_ticket')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_scan_ticket_token_hash'))
    )
    with op.batch_alter_table('scan_ticket', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_scan_ticket_expires_at'), ['expires_at'], unique=False)

    op.create_table('service_record',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('activity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('local_date', sa.Date(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('latest', sa.Boolean(), nullable=False),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('first_in_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('minutes_raw', sa.Integer(), nullable=False),
    sa.Column('minutes_credited', sa.Integer(), nullable=False),
    sa.Column('minutes_pending', sa.Integer(), nullable=False),
    sa.Column('assurance', sa.String(length=9), nullable=False),
    sa.Column('source', sa.String(length=18), nullable=False),
    sa.Column('status', sa.String(length=17), nullable=False),
    sa.Column('flags', sa.JSON(), nullable=False),
    sa.Column('trace', sa.JSON(), nullable=False),
    sa.Column('category_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('community_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('area_path', sa.String(length=200), nullable=False),
    sa.Column('home_community_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('neighbour_group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('station_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('recording_org', sa.String(length=80), nullable=False),
    sa.Column('activity_leader_name', sa.String(length=40), nullable=False),
    sa.Column('confirmed_by', sa.String(), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('void_reason', sa.String(length=200), nullable=False),
    sa.Column('voided_by', sa.String(), nullable=True),
    sa.Column('national_sync', sa.String(length=16), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("assurance IN ('A', 'B', 'C')", name=op.f('ck_service_record_assurance')),
    sa.CheckConstraint("national_sync IN ('none', 'exported', 'done', 'na')", name=op.f('ck_service_record_national_sync')),
    sa.CheckConstraint("source IN ('attendance', 'makeup', 'backfill', 'transfer')", name=op.f('ck_service_record_source')),
    sa.CheckConstraint("status <> 'confirmed' OR confirmed_by IS NOT NULL", name=op.f('ck_service_record_confirmed_by_someone')),
    sa.CheckConstraint("status IN ('computed', 'confirmed', 'disputed', 'amended', 'rejected', 'voided')", name=op.f('ck_service_record_status')),
    sa.CheckConstraint('minutes_credited + minutes_pending <= minutes_raw', name=op.f('ck_service_record_credited_within_raw')),
    sa.CheckConstraint('minutes_raw >= 0 AND minutes_credited >= 0 AND minutes_pending >= 0', name=op.f('ck_service_record_minutes')),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_service_record_activity_id')),
    sa.ForeignKeyConstraint(['category_id'], ['activity_category.id'], name=op.f('fk_service_record_category_id')),
    sa.ForeignKeyConstraint(['community_id'], ['area.id'], name=op.f('fk_service_record_community_id')),
    sa.ForeignKeyConstraint(['home_community_id'], ['area.id'], name=op.f('fk_service_record_home_community_id')),
    sa.ForeignKeyConstraint(['neighbour_group_id'], ['area.id'], name=op.f('fk_service_record_neighbour_group_id')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_service_record_station_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['service_record.id'], name=op.f('fk_service_record_supersedes_id')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_service_record_team_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_service_record_unit_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['volunteer.id'], name=op.f('fk_service_record_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_record')),
    sa.UniqueConstraint('code', name=op.f('uq_service_record_code')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_service_record_supersedes_id')),
    sa.UniqueConstraint('volunteer_id', 'activity_id', 'local_date', 'version', name=op.f('uq_service_record_volunteer_id_activity_id_local_date_version')),
    )
    with op.batch_alter_table('service_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_record_activity_id_status'), ['activity_id', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_record_area_path_local_date'), ['area_path', 'local_date'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_record_local_date'), ['local_date'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_record_volunteer_id_local_date'), ['volunteer_id', 'local_date'], unique=False)

    op.create_table('signup',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('activity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('status', sa.String(length=18), nullable=False),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('walk_in', sa.Boolean(), nullable=False),
    sa.Column('as_report_in_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('as_team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('guardian_present', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(length=100), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("status IN ('pending', 'approved', 'rejected', 'waitlisted', 'cancelled', 'attended', 'no_show')", name=op.f('ck_signup_status')),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_signup_activity_id')),
    sa.ForeignKeyConstraint(['as_report_in_id'], ['report_in.id'], name=op.f('fk_signup_as_report_in_id')),
    sa.ForeignKeyConstraint(['as_team_id'], ['team.id'], name=op.f('fk_signup_as_team_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['volunteer.id'], name=op.f('fk_signup_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signup')),
    sa.UniqueConstraint('activity_id', 'volunteer_id', name=op.f('uq_signup_activity_id_volunteer_id'))
    )
    with op.batch_alter_table('signup', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signup_volunteer_id'), ['volunteer_id'], unique=False)

    op.create_table('award',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('activity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('local_date', sa.Date(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('delta', sa.Integer(), nullable=False),
    sa.Column('rule_version', sa.String(length=20), nullable=False),
    sa.Column('explanation', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint('delta <> 0 OR sequence = 1', name=op.f('ck_award_changes_something')),
    sa.CheckConstraint('points >= 0', name=op.f('ck_award_points')),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_award_activity_id')),
    sa.ForeignKeyConstraint(['record_id'], ['service_record.id'], name=op.f('fk_award_record_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['volunteer.id'], name=op.f('fk_award_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_award')),
    sa.UniqueConstraint('code', name=op.f('uq_award_code')),
    sa.UniqueConstraint('volunteer_id', 'activity_id', 'local_date', 'sequence', name=op.f('uq_award_volunteer_id_activity_id_local_date_sequence')),
    )
    with op.batch_alter_table('award', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_award_record_id'), ['record_id'], unique=False)

    op.create_table('lot_use',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('transfer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('lot_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint('points <> 0', name=op.f('ck_lot_use_not_nothing')),
    sa.ForeignKeyConstraint(['lot_id'], ['point_lot.id'], name=op.f('fk_lot_use_lot_id')),
    sa.ForeignKeyConstraint(['transfer_id'], ['transfer.id'], name=op.f('fk_lot_use_transfer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lot_use')),
    sa.UniqueConstraint('transfer_id', 'lot_id', name=op.f('uq_lot_use_transfer_id_lot_id')),
    )
    with op.batch_alter_table('lot_use', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lot_use_lot_id'), ['lot_id'], unique=False)

    op.create_table('makeup_request',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('activity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('beneficiary', sa.String(length=40), nullable=False),
    sa.Column('claimed_in', sa.DateTime(timezone=True), nullable=False),
    sa.Column('claimed_out', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=18), nullable=False),
    sa.Column('note', sa.String(length=100), nullable=False),
    sa.Column('proposed_by', sa.String(length=40), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('decided_by', sa.String(length=40), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("reason IN ('forgot_out', 'forgot_in', 'no_phone', 'network', 'roster', 'other')", name=op.f('ck_makeup_request_reason')),
    sa.CheckConstraint("status IN ('open', 'approved', 'declined')", name=op.f('ck_makeup_request_status')),
    sa.CheckConstraint('claimed_out > claimed_in', name=op.f('ck_makeup_request_ends_after_start')),
    sa.CheckConstraint('decided_by IS NULL OR (decided_by <> proposed_by AND decided_by <> beneficiary)', name=op.f('ck_makeup_request_two_people')),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_makeup_request_activity_id')),
    sa.ForeignKeyConstraint(['session_id'], ['attendance_session.id'], name=op.f('fk_makeup_request_session_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['volunteer.id'], name=op.f('fk_makeup_request_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_makeup_request')),
    sa.UniqueConstraint('code', name=op.f('uq_makeup_request_code'))
    )
    with op.batch_alter_table('makeup_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_makeup_request_activity_id_status'), ['activity_id', 'status'], unique=False)
        batch_op.create_index('uq_makeup_request_open', ['activity_id', 'volunteer_id'], unique=True, sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'"))

    op.create_table('scan',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('device', sa.String(length=64), nullable=False),
    sa.Column('nonce', sa.String(length=64), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('direction', sa.String(length=12), nullable=False),
    sa.Column('method', sa.String(length=20), nullable=False),
    sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('forced', sa.Boolean(), nullable=False),
    sa.Column('refusal_overridden', sa.String(length=40), nullable=False),
    sa.Column('undoes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('operator_account_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("direction IN ('in', 'out', 'undo')", name=op.f('ck_scan_direction')),
    sa.CheckConstraint("method IN ('scan_dynamic', 'scan_static', 'code6', 'staff_scan', 'roster', 'makeup')", name=op.f('ck_scan_method')),
    sa.ForeignKeyConstraint(['session_id'], ['attendance_session.id'], name=op.f('fk_scan_session_id')),
    sa.ForeignKeyConstraint(['undoes_id'], ['scan.id'], name=op.f('fk_scan_undoes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scan')),
    sa.UniqueConstraint('device', 'nonce', name=op.f('uq_scan_device_nonce')),
    sa.UniqueConstraint('undoes_id', name=op.f('uq_scan_undoes_id')),
    )
    with op.batch_alter_table('scan', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_scan_session_id'), ['session_id'], unique=False)

    op.create_table('voucher',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('line_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('merchant_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('status', sa.String(length=14), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("status IN ('issued', 'used', 'void')", name=op.f('ck_voucher_status')),
    sa.ForeignKeyConstraint(['line_id'], ['redemption_line.id'], name=op.f('fk_voucher_line_id')),
    sa.ForeignKeyConstraint(['merchant_id'], ['merchant.id'], name=op.f('fk_voucher_merchant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voucher')),
    sa.UniqueConstraint('code', name=op.f('uq_voucher_code'))
    )
    with op.batch_alter_table('voucher', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_voucher_line_id'), ['line_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_voucher_merchant_id_used_at'), ['merchant_id', 'used_at'], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'append-only: audit_entry'); END")
        op.execute("CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'append-only: audit_entry'); END")
        op.execute("CREATE TRIGGER award_no_update BEFORE UPDATE ON award BEGIN SELECT RAISE(ABORT, 'append-only: award'); END")
        op.execute("CREATE TRIGGER award_no_delete BEFORE DELETE ON award BEGIN SELECT RAISE(ABORT, 'append-only: award'); END")
        op.execute("CREATE TRIGGER goods_price_no_update BEFORE UPDATE ON goods_price BEGIN SELECT RAISE(ABORT, 'append-only: goods_price'); END")
        op.execute("CREATE TRIGGER goods_price_no_delete BEFORE DELETE ON goods_price BEGIN SELECT RAISE(ABORT, 'append-only: goods_price'); END")
        op.execute("CREATE TRIGGER lot_use_no_update BEFORE UPDATE ON lot_use BEGIN SELECT RAISE(ABORT, 'append-only: lot_use'); END")
        op.execute("CREATE TRIGGER lot_use_no_delete BEFORE DELETE ON lot_use BEGIN SELECT RAISE(ABORT, 'append-only: lot_use'); END")
        op.execute("CREATE TRIGGER point_lot_no_update BEFORE UPDATE OF account_id, transfer_id, points, source_type, source_ref, rule_version, earned_on ON point_lot BEGIN SELECT RAISE(ABORT, 'append-only: point_lot'); END")
        op.execute("CREATE TRIGGER point_lot_no_delete BEFORE DELETE ON point_lot BEGIN SELECT RAISE(ABORT, 'append-only: point_lot'); END")
        op.execute("CREATE TRIGGER redemption_no_update BEFORE UPDATE OF station_id, redeemer_id, total_points, rule_version, client_token ON redemption BEGIN SELECT RAISE(ABORT, 'append-only: redemption'); END")
        op.execute("CREATE TRIGGER redemption_no_delete BEFORE DELETE ON redemption BEGIN SELECT RAISE(ABORT, 'append-only: redemption'); END")
        op.execute("CREATE TRIGGER redemption_line_no_update BEFORE UPDATE ON redemption_line BEGIN SELECT RAISE(ABORT, 'append-only: redemption_line'); END")
        op.execute("CREATE TRIGGER redemption_line_no_delete BEFORE DELETE ON redemption_line BEGIN SELECT RAISE(ABORT, 'append-only: redemption_line'); END")
        op.execute("CREATE TRIGGER refused_scan_no_update BEFORE UPDATE OF raw, reason, direction, occurred_at, activity, volunteer, created_at, created_by ON refused_scan BEGIN SELECT RAISE(ABORT, 'append-only: refused_scan'); END")
        op.execute("CREATE TRIGGER refused_scan_no_delete BEFORE DELETE ON refused_scan BEGIN SELECT RAISE(ABORT, 'append-only: refused_scan'); END")
        op.execute("CREATE TRIGGER rule_set_no_update BEFORE UPDATE OF version, params, effective_from, street_id ON rule_set BEGIN SELECT RAISE(ABORT, 'append-only: rule_set'); END")
        op.execute("CREATE TRIGGER rule_set_no_delete BEFORE DELETE ON rule_set BEGIN SELECT RAISE(ABORT, 'append-only: rule_set'); END")
        op.execute("CREATE TRIGGER scan_no_update BEFORE UPDATE OF nonce, session_id, direction, method, occurred_at, forced, refusal_overridden, undoes_id, operator_account_id, created_at, created_by ON scan BEGIN SELECT RAISE(ABORT, 'append-only: scan'); END")
        op.execute("CREATE TRIGGER scan_no_delete BEFORE DELETE ON scan BEGIN SELECT RAISE(ABORT, 'append-only: scan'); END")
        op.execute("CREATE TRIGGER service_record_no_update BEFORE UPDATE OF volunteer_id, activity_id, local_date, version, supersedes_id, minutes_raw, minutes_credited, minutes_pending, assurance, source ON service_record BEGIN SELECT RAISE(ABORT, 'append-only: service_record'); END")
        op.execute("CREATE TRIGGER service_record_no_delete BEFORE DELETE ON service_record BEGIN SELECT RAISE(ABORT, 'append-only: service_record'); END")
        op.execute("CREATE TRIGGER stock_move_no_update BEFORE UPDATE ON stock_move BEGIN SELECT RAISE(ABORT, 'append-only: stock_move'); END")
        op.execute("CREATE TRIGGER stock_move_no_delete BEFORE DELETE ON stock_move BEGIN SELECT RAISE(ABORT, 'append-only: stock_move'); END")
        op.execute("CREATE TRIGGER stocktake_line_no_update BEFORE UPDATE ON stocktake_line BEGIN SELECT RAISE(ABORT, 'append-only: stocktake_line'); END")
        op.execute("CREATE TRIGGER stocktake_line_no_delete BEFORE DELETE ON stocktake_line BEGIN SELECT RAISE(ABORT, 'append-only: stocktake_line'); END")
        op.execute("CREATE TRIGGER transfer_no_update BEFORE UPDATE ON transfer BEGIN SELECT RAISE(ABORT, 'append-only: transfer'); END")
        op.execute("CREATE TRIGGER transfer_no_delete BEFORE DELETE ON transfer BEGIN SELECT RAISE(ABORT, 'append-only: transfer'); END")
    elif op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = '23001'; END $$")
        op.execute('CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER award_no_update BEFORE UPDATE ON award FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER award_no_delete BEFORE DELETE ON award FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER award_no_truncate BEFORE TRUNCATE ON award FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER goods_price_no_update BEFORE UPDATE ON goods_price FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER goods_price_no_delete BEFORE DELETE ON goods_price FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER goods_price_no_truncate BEFORE TRUNCATE ON goods_price FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER lot_use_no_update BEFORE UPDATE ON lot_use FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER lot_use_no_delete BEFORE DELETE ON lot_use FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER lot_use_no_truncate BEFORE TRUNCATE ON lot_use FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER point_lot_no_update BEFORE UPDATE OF account_id, transfer_id, points, source_type, source_ref, rule_version, earned_on ON point_lot FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER point_lot_no_delete BEFORE DELETE ON point_lot FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER point_lot_no_truncate BEFORE TRUNCATE ON point_lot FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER redemption_no_update BEFORE UPDATE OF station_id, redeemer_id, total_points, rule_version, client_token ON redemption FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER redemption_no_delete BEFORE DELETE ON redemption FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER redemption_no_truncate BEFORE TRUNCATE ON redemption FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER redemption_line_no_update BEFORE UPDATE ON redemption_line FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER redemption_line_no_delete BEFORE DELETE ON redemption_line FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER redemption_line_no_truncate BEFORE TRUNCATE ON redemption_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER refused_scan_no_update BEFORE UPDATE OF raw, reason, direction, occurred_at, activity, volunteer, created_at, created_by ON refused_scan FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER refused_scan_no_delete BEFORE DELETE ON refused_scan FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER refused_scan_no_truncate BEFORE TRUNCATE ON refused_scan FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER rule_set_no_update BEFORE UPDATE OF version, params, effective_from, street_id ON rule_set FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER rule_set_no_delete BEFORE DELETE ON rule_set FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER rule_set_no_truncate BEFORE TRUNCATE ON rule_set FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER scan_no_update BEFORE UPDATE OF nonce, session_id, direction, method, occurred_at, forced, refusal_overridden, undoes_id, operator_account_id, created_at, created_by ON scan FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER scan_no_delete BEFORE DELETE ON scan FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER scan_no_truncate BEFORE TRUNCATE ON scan FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER service_record_no_update BEFORE UPDATE OF volunteer_id, activity_id, local_date, version, supersedes_id, minutes_raw, minutes_credited, minutes_pending, assurance, source ON service_record FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER service_record_no_delete BEFORE DELETE ON service_record FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER service_record_no_truncate BEFORE TRUNCATE ON service_record FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER stock_move_no_update BEFORE UPDATE ON stock_move FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER stock_move_no_delete BEFORE DELETE ON stock_move FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER stock_move_no_truncate BEFORE TRUNCATE ON stock_move FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER stocktake_line_no_update BEFORE UPDATE ON stocktake_line FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER stocktake_line_no_delete BEFORE DELETE ON stocktake_line FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER stocktake_line_no_truncate BEFORE TRUNCATE ON stocktake_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER transfer_no_update BEFORE UPDATE ON transfer FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER transfer_no_delete BEFORE DELETE ON transfer FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER transfer_no_truncate BEFORE TRUNCATE ON transfer FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
