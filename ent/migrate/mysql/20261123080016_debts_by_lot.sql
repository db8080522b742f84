-- +goose Up
-- modify "shoppers" table
ALTER TABLE `shoppers` ADD INDEX `shopper_state_updated_at` (`state`, `updated_at`);
-- create "consents" table
CREATE TABLE `consents` (`id` bigint NOT NULL AUTO_INCREMENT, `shopper_id` varchar(32) NOT NULL, `purpose` enum('PERSONALISATION','MARKETING_MESSAGES','PARTNER_SHARING') NOT NULL, `granted` bool NOT NULL, `text_version` varchar(32) NOT NULL, `at` datetime(6) NOT NULL, PRIMARY KEY (`id`), INDEX `consent_shopper_id_purpose_id` (`shopper_id`, `purpose`, `id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "point_debts" table
CREATE TABLE `point_debts` (`id` bigint NOT NULL AUTO_INCREMENT, `shopper_id` varchar(32) NOT NULL, `lot_id` varchar(32) NOT NULL, `channel` varchar(32) NOT NULL, `points` bigint NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `pointdebt_lot_id` (`lot_id`), INDEX `pointdebt_shopper_id` (`shopper_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
-- reverse: create "point_debts" table
DROP TABLE `point_debts`;
-- reverse: create "consents" table
DROP TABLE `consents`;
-- reverse: modify "shoppers" table
ALTER TABLE `shoppers` DROP INDEX `shopper_state_updated_at`;
