-- +goose Up
-- create "addresses" table
CREATE TABLE `addresses` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `shopper_id` varchar(32) NOT NULL, `cipher` blob NOT NULL, `default_key` varchar(32) NULL, PRIMARY KEY (`id`), UNIQUE INDEX `address_default_key` (`default_key`), INDEX `address_shopper_id_created_at` (`shopper_id`, `created_at`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "cart_lines" table
CREATE TABLE `cart_lines` (`id` bigint NOT NULL AUTO_INCREMENT, `shopper_id` varchar(32) NOT NULL, `sku_id` varchar(32) NOT NULL, `quantity` bigint NOT NULL, `selected` bool NOT NULL DEFAULT 1, `added_from` varchar(32) NOT NULL, `added_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `cartline_shopper_id_sku_id` (`shopper_id`, `sku_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "categories" table
CREATE TABLE `categories` (`id` varchar(32) NOT NULL, `path` varchar(255) NOT NULL, `name` varchar(60) NOT NULL, `parent_id` varchar(32) NULL, `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `path` (`path`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "channel_identities" table
CREATE TABLE `channel_identities` (`id` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `channel` varchar(32) NOT NULL, `subject_hash` varchar(64) NOT NULL, `subject_cipher` blob NOT NULL, `union_hash` varchar(64) NULL, `linked_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `channelidentity_channel_subject_hash` (`channel`, `subject_hash`), INDEX `channelidentity_shopper_id` (`shopper_id`), UNIQUE INDEX `union_hash` (`union_hash`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "deadlines" table
CREATE TABLE `deadlines` (`id` bigint NOT NULL AUTO_INCREMENT, `ver` bigint NOT NULL DEFAULT 1, `kind` varchar(40) NOT NULL, `ref` varchar(32) NOT NULL, `due_at` datetime(6) NOT NULL, `leased_until` datetime(6) NULL, `attempts` bigint NOT NULL DEFAULT 0, `last_error` varchar(255) NULL, `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), INDEX `deadline_due_at` (`due_at`), UNIQUE INDEX `deadline_kind_ref` (`kind`, `ref`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "facts" table
CREATE TABLE `facts` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `aggregate` varchar(32) NOT NULL, `aggregate_ver` bigint NOT NULL, `topic` varchar(40) NOT NULL, `payload` blob NOT NULL, `pending` bool NOT NULL DEFAULT 1, `due_at` datetime(6) NOT NULL, `attempts` bigint NOT NULL DEFAULT 0, `last_error` varchar(255) NULL, `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `fact_aggregate_aggregate_ver` (`aggregate`, `aggregate_ver`), INDEX `fact_pending_due_at` (`pending`, `due_at`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "fact_receipts" table
CREATE TABLE `fact_receipts` (`id` bigint NOT NULL AUTO_INCREMENT, `consumer` varchar(40) NOT NULL, `fact_id` varchar(32) NOT NULL, `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `factreceipt_fact_id_consumer` (`fact_id`, `consumer`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "feed_snapshots" table
CREATE TABLE `feed_snapshots` (`id` varchar(32) NOT NULL, `items` mediumblob NOT NULL, `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), INDEX `feedsnapshot_created_at` (`created_at`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "host_grants" table
CREATE TABLE `host_grants` (`id` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `hostgrant_shopper_id` (`shopper_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "idempotency_keys" table
CREATE TABLE `idempotency_keys` (`id` bigint NOT NULL AUTO_INCREMENT, `owner` varchar(32) NOT NULL, `operation` varchar(40) NOT NULL, `key` varchar(64) NOT NULL, `input_hash` varchar(64) NOT NULL, `result` varchar(32) NOT NULL, `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `idempotencykey_owner_operation_key` (`owner`, `operation`, `key`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "inventory_adjustments" table
CREATE TABLE `inventory_adjustments` (`id` varchar(32) NOT NULL, `partner_id` varchar(32) NOT NULL, `reason` varchar(255) NOT NULL, `sku_ids` json NOT NULL, `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "orders" table
CREATE TABLE `orders` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `number` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `channel` varchar(32) NOT NULL, `state` enum('PENDING_PAYMENT','AWAITING_GROUP','PAID','SHIPPED','DELIVERED','COMPLETED','CANCELLED','REFUNDING','REFUNDED') NOT NULL, `resume_state` varchar(32) NULL, `cancelled_by` varchar(16) NULL, `activity` varchar(16) NULL, `currency` varchar(3) NOT NULL, `subtotal` bigint NOT NULL DEFAULT 0, `shipping` bigint NOT NULL DEFAULT 0, `total` bigint NOT NULL DEFAULT 0, `refunded` bigint NOT NULL DEFAULT 0, `payment_id` varchar(32) NULL, `private` blob NULL, `pay_by` datetime(6) NOT NULL, `placed_at` datetime(6) NOT NULL, `paid_at` datetime(6) NULL, `completed_at` datetime(6) NULL, `updated_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `number` (`number`), INDEX `order_shopper_id_placed_at_id` (`shopper_id`, `placed_at`, `id`), INDEX `order_shopper_id_state_placed_at` (`shopper_id`, `state`, `placed_at`), INDEX `order_state_updated_at_id` (`state`, `updated_at`, `id`), INDEX `order_updated_at_id` (`updated_at`, `id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "order_adjustments" table
CREATE TABLE `order_adjustments` (`id` bigint NOT NULL AUTO_INCREMENT, `order_id` varchar(32) NOT NULL, `position` bigint NOT NULL, `kind` varchar(32) NOT NULL, `title` varchar(255) NOT NULL, `amount` bigint NOT NULL, `shares` json NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `orderadjustment_order_id_position` (`order_id`, `position`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "order_events" table
CREATE TABLE `order_events` (`id` bigint NOT NULL AUTO_INCREMENT, `order_id` varchar(32) NOT NULL, `order_ver` bigint NOT NULL, `state` varchar(32) NOT NULL, `note` varchar(255) NULL, `at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `orderevent_order_id_order_ver` (`order_id`, `order_ver`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "order_lines" table
CREATE TABLE `order_lines` (`id` varchar(32) NOT NULL, `order_id` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `sku_id` varchar(32) NOT NULL, `product_id` varchar(32) NOT NULL, `position` bigint NOT NULL, `sku_code` varchar(255) NOT NULL, `title` varchar(512) NOT NULL, `media_url` varchar(1024) NULL, `quantity` bigint NOT NULL, `unit_price` bigint NOT NULL DEFAULT 0, `discount` bigint NOT NULL DEFAULT 0, `total` bigint NOT NULL DEFAULT 0, `returned` bigint NOT NULL DEFAULT 0, `refunded` bigint NOT NULL DEFAULT 0, PRIMARY KEY (`id`), UNIQUE INDEX `orderline_order_id_position` (`order_id`, `position`), INDEX `orderline_product_id_shopper_id` (`product_id`, `shopper_id`), INDEX `orderline_shopper_id_product_id` (`shopper_id`, `product_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "partner_keys" table
CREATE TABLE `partner_keys` (`id` varchar(32) NOT NULL, `name` varchar(100) NOT NULL, `hash` varchar(64) NOT NULL, `scopes` json NOT NULL, `created_at` datetime(6) NOT NULL, `revoked_at` datetime(6) NULL, PRIMARY KEY (`id`), UNIQUE INDEX `hash` (`hash`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "payments" table
CREATE TABLE `payments` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `order_id` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `provider` varchar(32) NOT NULL, `number` varchar(32) NOT NULL, `state` enum('PENDING','PAID','FAILED','EXPIRED','REFUNDED','PARTIALLY_REFUNDED') NOT NULL, `amount` bigint NOT NULL DEFAULT 0, `currency` varchar(3) NOT NULL, `captured` bigint NOT NULL DEFAULT 0, `refunding` bigint NOT NULL DEFAULT 0, `refunded` bigint NOT NULL DEFAULT 0, `transaction_id` varchar(64) NULL, `parameters` blob NULL, `expires_at` datetime(6) NOT NULL, `captured_at` datetime(6) NULL, PRIMARY KEY (`id`), UNIQUE INDEX `number` (`number`), INDEX `payment_captured_at` (`captured_at`), INDEX `payment_order_id_created_at` (`order_id`, `created_at`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "phone_codes" table
CREATE TABLE `phone_codes` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `phone_hash` varchar(64) NOT NULL, `code_hash` varchar(64) NOT NULL, `tries` bigint NOT NULL DEFAULT 0, `sent_at` datetime(6) NOT NULL, `expires_at` datetime(6) NOT NULL, `used_at` datetime(6) NULL, `window_from` datetime(6) NOT NULL, `sent` bigint NOT NULL DEFAULT 1, PRIMARY KEY (`id`), UNIQUE INDEX `phone_hash` (`phone_hash`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "products" table
CREATE TABLE `products` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `handle` varchar(200) NOT NULL, `title` varchar(255) NOT NULL, `description` longtext NULL, `vendor` varchar(255) NULL, `category_id` varchar(32) NULL, `tags` json NULL, `media` json NULL, `visible` bool NOT NULL DEFAULT 1, `search_text` varchar(1500) NOT NULL, `price_min` bigint NOT NULL DEFAULT 0, `price_max` bigint NOT NULL DEFAULT 0, `sold_count` bigint NOT NULL DEFAULT 0, `content_hash` varchar(64) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `handle` (`handle`), INDEX `product_category_id_visible_created_at` (`category_id`, `visible`, `created_at`), INDEX `product_visible_created_at_id` (`visible`, `created_at`, `id`), INDEX `product_visible_price_min_id` (`visible`, `price_min`, `id`), INDEX `product_visible_sold_count_id` (`visible`, `sold_count`, `id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "product_grams" table
CREATE TABLE `product_grams` (`id` bigint NOT NULL AUTO_INCREMENT, `gram` varchar(8) NOT NULL, `product_id` varchar(32) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `productgram_gram_product_id` (`gram`, `product_id`), INDEX `productgram_product_id` (`product_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "product_sales" table
CREATE TABLE `product_sales` (`id` bigint NOT NULL AUTO_INCREMENT, `product_id` varchar(32) NOT NULL, `day` datetime(6) NOT NULL, `units` bigint NOT NULL DEFAULT 0, PRIMARY KEY (`id`), INDEX `productsale_day` (`day`), UNIQUE INDEX `productsale_product_id_day` (`product_id`, `day`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "product_tags" table
CREATE TABLE `product_tags` (`id` bigint NOT NULL AUTO_INCREMENT, `tag` varchar(60) NOT NULL, `product_id` varchar(32) NOT NULL, PRIMARY KEY (`id`), INDEX `producttag_product_id` (`product_id`), UNIQUE INDEX `producttag_tag_product_id` (`tag`, `product_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "provider_calls" table
CREATE TABLE `provider_calls` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `kind` enum('close','refund') NOT NULL, `subject` varchar(32) NOT NULL, `payment_id` varchar(32) NOT NULL, `number` varchar(32) NOT NULL, `amount` bigint NOT NULL DEFAULT 0, `state` enum('open','done','refused') NOT NULL DEFAULT 'open', `attempts` bigint NOT NULL DEFAULT 0, `last_error` varchar(255) NULL, PRIMARY KEY (`id`), UNIQUE INDEX `providercall_kind_subject` (`kind`, `subject`), INDEX `providercall_payment_id` (`payment_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "quarantines" table
CREATE TABLE `quarantines` (`id` varchar(32) NOT NULL, `provider` varchar(32) NOT NULL, `number` varchar(64) NOT NULL, `transaction_id` varchar(64) NOT NULL, `reason` varchar(64) NOT NULL, `amount` bigint NOT NULL, `currency` varchar(16) NOT NULL, `created_at` datetime(6) NOT NULL, `resolved_at` datetime(6) NULL, PRIMARY KEY (`id`), UNIQUE INDEX `quarantine_provider_number_transaction_id_reason` (`provider`, `number`, `transaction_id`, `reason`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "refresh_tokens" table
CREATE TABLE `refresh_tokens` (`id` varchar(32) NOT NULL, `session_id` varchar(32) NOT NULL, `hash` varchar(64) NOT NULL, `created_at` datetime(6) NOT NULL, `expires_at` datetime(6) NOT NULL, `used_at` datetime(6) NULL, PRIMARY KEY (`id`), UNIQUE INDEX `hash` (`hash`), INDEX `refreshtoken_session_id` (`session_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "refunds" table
CREATE TABLE `refunds` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `order_id` varchar(32) NOT NULL, `payment_id` varchar(32) NULL, `kind` enum('REQUESTED','GROUP_ENDED','LATE_PAYMENT','RUNG_REBATE','LEADER_REWARD') NOT NULL, `state` enum('REQUESTED','APPROVED','REJECTED','FAILED','SETTLED') NOT NULL, `open_key` varchar(32) NULL, `amount` bigint NOT NULL DEFAULT 0, `whole` bool NOT NULL DEFAULT 0, `restock` bool NOT NULL DEFAULT 0, `reason` varchar(255) NOT NULL, `decision_note` varchar(255) NULL, `requested_at` datetime(6) NOT NULL, `approved_at` datetime(6) NULL, `settled_at` datetime(6) NULL, PRIMARY KEY (`id`), UNIQUE INDEX `refund_open_key` (`open_key`), INDEX `refund_order_id_requested_at` (`order_id`, `requested_at`), INDEX `refund_payment_id_state` (`payment_id`, `state`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "refund_lines" table
CREATE TABLE `refund_lines` (`id` varchar(32) NOT NULL, `refund_id` varchar(32) NOT NULL, `line_id` varchar(32) NOT NULL, `quantity` bigint NOT NULL, `amount` bigint NOT NULL DEFAULT 0, PRIMARY KEY (`id`), INDEX `refundline_line_id` (`line_id`), UNIQUE INDEX `refundline_refund_id_line_id` (`refund_id`, `line_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "sessions" table
CREATE TABLE `sessions` (`id` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `channel` varchar(32) NOT NULL, `created_at` datetime(6) NOT NULL, `expires_at` datetime(6) NOT NULL, `revoked_at` datetime(6) NULL, `revoked_for` varchar(32) NULL, PRIMARY KEY (`id`), INDEX `session_shopper_id` (`shopper_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "shipments" table
CREATE TABLE `shipments` (`id` varchar(32) NOT NULL, `order_id` varchar(32) NOT NULL, `carrier` varchar(60) NOT NULL, `tracking_number` varchar(60) NOT NULL, `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `shipment_order_id_tracking_number` (`order_id`, `tracking_number`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "shipment_events" table
CREATE TABLE `shipment_events` (`id` bigint NOT NULL AUTO_INCREMENT, `shipment_id` varchar(32) NOT NULL, `at` datetime(6) NOT NULL, `text` varchar(255) NOT NULL, `digest` varchar(64) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `shipmentevent_shipment_id_digest` (`shipment_id`, `digest`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "shoppers" table
CREATE TABLE `shoppers` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `public_id` varchar(32) NOT NULL, `nickname` varchar(64) NOT NULL, `avatar_url` varchar(1024) NULL, `state` enum('active','banned','erased') NOT NULL DEFAULT 'active', `merged_into` varchar(32) NULL, `data_key` tinyblob NULL, `phone_cipher` tinyblob NULL, `phone_hash` varchar(64) NULL, PRIMARY KEY (`id`), UNIQUE INDEX `phone_hash` (`phone_hash`), UNIQUE INDEX `public_id` (`public_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "skus" table
CREATE TABLE `skus` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `product_id` varchar(32) NOT NULL, `code` varchar(255) NOT NULL, `title` varchar(255) NOT NULL, `options` json NULL, `price` bigint NOT NULL DEFAULT 0, `list_price` bigint NULL, `points_price` bigint NULL, `points_money` bigint NULL, `weight_grams` bigint NULL, `media_url` varchar(1024) NULL, `position` bigint NOT NULL DEFAULT 0, PRIMARY KEY (`id`), UNIQUE INDEX `code` (`code`), INDEX `sku_product_id_position` (`product_id`, `position`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "stocks" table
CREATE TABLE `stocks` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `product_id` varchar(32) NOT NULL, `received` bigint NOT NULL DEFAULT 0, `available` bigint NOT NULL DEFAULT 0, `held` bigint NOT NULL DEFAULT 0, `sold` bigint NOT NULL DEFAULT 0, `written_off` bigint NOT NULL DEFAULT 0, PRIMARY KEY (`id`), INDEX `stock_product_id` (`product_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "stock_holds" table
CREATE TABLE `stock_holds` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `sku_id` varchar(32) NOT NULL, `order_id` varchar(32) NOT NULL, `quantity` bigint NOT NULL, `state` enum('live','sold','released') NOT NULL DEFAULT 'live', `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), INDEX `stockhold_order_id` (`order_id`), INDEX `stockhold_sku_id_state` (`sku_id`, `state`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "stock_movements" table
CREATE TABLE `stock_movements` (`id` bigint NOT NULL AUTO_INCREMENT, `sku_id` varchar(32) NOT NULL, `kind` enum('receive','adjust','hold','release','sell','return','write_off') NOT NULL, `source` varchar(64) NOT NULL, `quantity` bigint NOT NULL, `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), INDEX `stockmovement_sku_id_kind` (`sku_id`, `kind`), UNIQUE INDEX `stockmovement_source_kind` (`source`, `kind`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
-- reverse: create "stock_movements" table
DROP TABLE `stock_movements`;
-- reverse: create "stock_holds" table
DROP TABLE `stock_holds`;
-- reverse: create "stocks" table
DROP TABLE `stocks`;
-- reverse: create "skus" table
DROP TABLE `skus`;
-- reverse: create "shoppers" table
DROP TABLE `shoppers`;
-- reverse: create "shipment_events" table
DROP TABLE `shipment_events`;
-- reverse: create "shipments" table
DROP TABLE `shipments`;
-- reverse: create "sessions" table
DROP TABLE `sessions`;
-- reverse: create "refund_lines" table
DROP TABLE `refund_lines`;
-- reverse: create "refunds" table
DROP TABLE `refunds`;
-- reverse: create "refresh_tokens" table
DROP TABLE `refresh_tokens`;
-- reverse: create "quarantines" table
DROP TABLE `quarantines`;
-- reverse: create "provider_calls" table
DROP TABLE `provider_calls`;
-- reverse: create "product_tags" table
DROP TABLE `product_tags`;
-- reverse: create "product_sales" table
DROP TABLE `product_sales`;
-- reverse: create "product_grams" table
DROP TABLE `product_grams`;
-- reverse: create "products" table
DROP TABLE `products`;
-- reverse: create "phone_codes" table
DROP TABLE `phone_codes`;
-- reverse: create "payments" table
DROP TABLE `payments`;
-- reverse: create "partner_keys" table
DROP TABLE `partner_keys`;
-- reverse: create "order_lines" table
DROP TABLE `order_lines`;
-- reverse: create "order_events" table
DROP TABLE `order_events`;
-- reverse: create "order_adjustments" table
DROP TABLE `order_adjustments`;
-- reverse: create "orders" table
DROP TABLE `orders`;
-- reverse: create "inventory_adjustments" table
DROP TABLE `inventory_adjustments`;
-- reverse: create "idempotency_keys" table
DROP TABLE `idempotency_keys`;
-- reverse: create "host_grants" table
DROP TABLE `host_grants`;
-- reverse: create "feed_snapshots" table
DROP TABLE `feed_snapshots`;
-- reverse: create "fact_receipts" table
DROP TABLE `fact_receipts`;
-- reverse: create "facts" table
DROP TABLE `facts`;
-- reverse: create "deadlines" table
DROP TABLE `deadlines`;
-- reverse: create "channel_identities" table
DROP TABLE `channel_identities`;
-- reverse: create "categories" table
DROP TABLE `categories`;
-- reverse: create "cart_lines" table
DROP TABLE `cart_lines`;
-- reverse: create "addresses" table
DROP TABLE `addresses`;
