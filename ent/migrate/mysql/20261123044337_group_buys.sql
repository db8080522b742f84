-- +goose Up
-- modify "order_lines" table
ALTER TABLE `order_lines` ADD COLUMN `rebated` bigint NOT NULL DEFAULT 0;
-- create "group_buys" table
CREATE TABLE `group_buys` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `campaign_id` varchar(32) NOT NULL, `product_id` varchar(32) NOT NULL, `leader_id` varchar(32) NULL, `state` enum('PENDING','OPEN','COMPLETED','EXPIRED','CANCELLED') NOT NULL, `size` bigint NOT NULL, `capacity` bigint NOT NULL, `seats_left` bigint NOT NULL, `paid` bigint NOT NULL, `units_held` bigint NOT NULL, `rewarded` bool NOT NULL, `completed_by` varchar(16) NULL, `rung_reached` bigint NOT NULL DEFAULT 0, `expires_at` datetime(6) NULL, `ended_at` datetime(6) NULL, PRIMARY KEY (`id`), INDEX `groupbuy_campaign_id_state_seats_left_expires_at_id` (`campaign_id`, `state`, `seats_left`, `expires_at`, `id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "group_campaigns" table
CREATE TABLE `group_campaigns` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `title` varchar(100) NOT NULL, `product_id` varchar(32) NOT NULL, `size` bigint NOT NULL, `capacity` bigint NOT NULL, `starts_at` datetime(6) NOT NULL, `ends_at` datetime(6) NOT NULL, `ended_at` datetime(6) NULL, `group_seconds` bigint NOT NULL, `per_shopper_limit` bigint NOT NULL, `new_customers_only` bool NOT NULL, `merchant_may_complete` bool NOT NULL, `reward` varchar(16) NULL, `reward_amount` bigint NOT NULL DEFAULT 0, `unit_quota` bigint NOT NULL, `units_left` bigint NOT NULL, `units_held` bigint NOT NULL DEFAULT 0, `units_sold` bigint NOT NULL DEFAULT 0, PRIMARY KEY (`id`), INDEX `groupcampaign_ends_at_id` (`ends_at`, `id`), INDEX `groupcampaign_product_id_ends_at` (`product_id`, `ends_at`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "group_offers" table
CREATE TABLE `group_offers` (`id` bigint NOT NULL AUTO_INCREMENT, `campaign_id` varchar(32) NOT NULL, `sku_id` varchar(32) NOT NULL, `position` bigint NOT NULL, `price` bigint NOT NULL DEFAULT 0, `rungs` json NULL, PRIMARY KEY (`id`), UNIQUE INDEX `groupoffer_campaign_id_sku_id` (`campaign_id`, `sku_id`), INDEX `groupoffer_sku_id` (`sku_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "group_seats" table
CREATE TABLE `group_seats` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `group_id` varchar(32) NOT NULL, `campaign_id` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `order_id` varchar(32) NOT NULL, `sku_id` varchar(32) NOT NULL, `quantity` bigint NOT NULL, `leader` bool NOT NULL, `newcomer` bool NOT NULL, `state` enum('HELD','PAID','CONFIRMED','RELEASED','REFUND_PENDING','REFUND_FAILED','REFUNDED') NOT NULL, `live_key` varchar(64) NULL, `order_key` varchar(32) NULL, `if_lost` varchar(16) NOT NULL, `units_sold` bigint NOT NULL DEFAULT 0, `hold_until` datetime(6) NOT NULL, `paid_at` datetime(6) NULL, `left_at` datetime(6) NULL, PRIMARY KEY (`id`), INDEX `groupseat_group_id_state` (`group_id`, `state`), INDEX `groupseat_order_id` (`order_id`), UNIQUE INDEX `groupseat_order_key` (`order_key`), INDEX `groupseat_shopper_id_campaign_id` (`shopper_id`, `campaign_id`), UNIQUE INDEX `live_key` (`live_key`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
-- reverse: create "group_seats" table
DROP TABLE `group_seats`;
-- reverse: create "group_offers" table
DROP TABLE `group_offers`;
-- reverse: create "group_campaigns" table
DROP TABLE `group_campaigns`;
-- reverse: create "group_buys" table
DROP TABLE `group_buys`;
-- reverse: modify "order_lines" table
ALTER TABLE `order_lines` DROP COLUMN `rebated`;
