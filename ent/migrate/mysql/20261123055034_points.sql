-- +goose Up
-- create "point_accounts" table
CREATE TABLE `point_accounts` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `shopper_id` varchar(32) NOT NULL, `available` bigint NOT NULL, `held` bigint NOT NULL, `debt` bigint NOT NULL, `seq` bigint NOT NULL, `expire_due` datetime(6) NULL, `remind_due` datetime(6) NULL, PRIMARY KEY (`id`), UNIQUE INDEX `pointaccount_shopper_id` (`shopper_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "point_check_ins" table
CREATE TABLE `point_check_ins` (`id` bigint NOT NULL AUTO_INCREMENT, `shopper_id` varchar(32) NOT NULL, `day` varchar(10) NOT NULL, `streak` bigint NOT NULL, `points` bigint NOT NULL, `at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `pointcheckin_shopper_id_day` (`shopper_id`, `day`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "point_entries" table
CREATE TABLE `point_entries` (`id` bigint NOT NULL AUTO_INCREMENT, `posting_id` varchar(32) NOT NULL, `account` varchar(16) NOT NULL, `holder` varchar(32) NOT NULL, `lot_id` varchar(32) NULL, `amount` bigint NOT NULL, `at` datetime(6) NOT NULL, PRIMARY KEY (`id`), INDEX `pointentry_account_at` (`account`, `at`), INDEX `pointentry_posting_id` (`posting_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "point_holds" table
CREATE TABLE `point_holds` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `shopper_id` varchar(32) NOT NULL, `order_id` varchar(32) NULL, `state` enum('HELD','CAPTURED','RELEASED','EXPIRED') NOT NULL, `points` bigint NOT NULL, `captured` bigint NOT NULL DEFAULT 0, `returned` bigint NOT NULL DEFAULT 0, `channel` varchar(32) NOT NULL, `owner` varchar(32) NOT NULL, `reference` varchar(64) NOT NULL, `expires_at` datetime(6) NULL, PRIMARY KEY (`id`), INDEX `pointhold_order_id` (`order_id`), INDEX `pointhold_shopper_id_state` (`shopper_id`, `state`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "point_hold_lots" table
CREATE TABLE `point_hold_lots` (`id` bigint NOT NULL AUTO_INCREMENT, `hold_id` varchar(32) NOT NULL, `lot_id` varchar(32) NOT NULL, `points` bigint NOT NULL, `captured` bigint NOT NULL DEFAULT 0, `returned` bigint NOT NULL DEFAULT 0, PRIMARY KEY (`id`), UNIQUE INDEX `pointholdlot_hold_id_lot_id` (`hold_id`, `lot_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "point_lots" table
CREATE TABLE `point_lots` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `shopper_id` varchar(32) NOT NULL, `channel` varchar(32) NOT NULL, `posting_id` varchar(32) NOT NULL, `granted` bigint NOT NULL, `remaining` bigint NOT NULL, `held` bigint NOT NULL DEFAULT 0, `spent` bigint NOT NULL DEFAULT 0, `expired` bigint NOT NULL DEFAULT 0, `revoked` bigint NOT NULL DEFAULT 0, `reversed` bigint NOT NULL DEFAULT 0, `open` bool NOT NULL, `expires_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), INDEX `pointlot_shopper_id_open_expires_at_id_remaining` (`shopper_id`, `open`, `expires_at`, `id`, `remaining`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "point_postings" table
CREATE TABLE `point_postings` (`id` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `seq` bigint NOT NULL, `kind` varchar(16) NOT NULL, `points` bigint NOT NULL, `balance_after` bigint NOT NULL, `channel` varchar(32) NOT NULL, `reason` varchar(200) NOT NULL, `reference` varchar(64) NOT NULL, `owner` varchar(32) NOT NULL, `lot_id` varchar(32) NULL, `hold_id` varchar(32) NULL, `reverses` varchar(32) NULL, `at` datetime(6) NOT NULL, PRIMARY KEY (`id`), INDEX `pointposting_shopper_id_channel_seq` (`shopper_id`, `channel`, `seq`), INDEX `pointposting_shopper_id_kind_channel_seq` (`shopper_id`, `kind`, `channel`, `seq`), INDEX `pointposting_shopper_id_kind_seq` (`shopper_id`, `kind`, `seq`), UNIQUE INDEX `pointposting_shopper_id_seq` (`shopper_id`, `seq`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
-- reverse: create "point_postings" table
DROP TABLE `point_postings`;
-- reverse: create "point_lots" table
DROP TABLE `point_lots`;
-- reverse: create "point_hold_lots" table
DROP TABLE `point_hold_lots`;
-- reverse: create "point_holds" table
DROP TABLE `point_holds`;
-- reverse: create "point_entries" table
DROP TABLE `point_entries`;
-- reverse: create "point_check_ins" table
DROP TABLE `point_check_ins`;
-- reverse: create "point_accounts" table
DROP TABLE `point_accounts`;
