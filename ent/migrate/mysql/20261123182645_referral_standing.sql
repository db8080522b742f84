-- +goose Up
-- modify "promoter_reports" table
ALTER TABLE `promoter_reports` DROP INDEX `promoterreport_reporter_id`, ADD INDEX `promoterreport_reporter_id_created_at` (`reporter_id`, `created_at`);
-- modify "referral_bindings" table
ALTER TABLE `referral_bindings` ADD COLUMN `channel` varchar(32) NOT NULL;
-- modify "referred_orders" table
ALTER TABLE `referred_orders` MODIFY COLUMN `link_id` varchar(32) NULL, ADD COLUMN `binding_id` varchar(32) NULL, ADD COLUMN `total` bigint NOT NULL DEFAULT 0, DROP INDEX `referredorder_first_id_paid_at`, DROP INDEX `referredorder_link_id_paid_at`, DROP INDEX `referredorder_paid_at_first_id`, ADD INDEX `referredorder_binding_id_paid_at_lost_at` (`binding_id`, `paid_at`, `lost_at`), ADD INDEX `referredorder_first_id_paid_at_lost_at_total` (`first_id`, `paid_at`, `lost_at`, `total`), ADD INDEX `referredorder_link_id_paid_at_lost_at` (`link_id`, `paid_at`, `lost_at`), ADD INDEX `referredorder_paid_at_first_id_lost_at` (`paid_at`, `first_id`, `lost_at`);
-- drop "promoters" table
DROP TABLE `promoters`;

-- +goose Down
-- reverse: drop "promoters" table
CREATE TABLE `promoters` (`id` bigint NOT NULL AUTO_INCREMENT, `ver` bigint NOT NULL DEFAULT 1, `shopper_id` varchar(32) NOT NULL, `tier` enum('COMMUNITY','MID','HEAD') NOT NULL DEFAULT 'COMMUNITY', `credit` bigint NOT NULL DEFAULT 100, `updated_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `promoter_shopper_id` (`shopper_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- reverse: modify "referred_orders" table
ALTER TABLE `referred_orders` DROP INDEX `referredorder_paid_at_first_id_lost_at`, DROP INDEX `referredorder_link_id_paid_at_lost_at`, DROP INDEX `referredorder_first_id_paid_at_lost_at_total`, DROP INDEX `referredorder_binding_id_paid_at_lost_at`, ADD INDEX `referredorder_paid_at_first_id` (`paid_at`, `first_id`), ADD INDEX `referredorder_link_id_paid_at` (`link_id`, `paid_at`), ADD INDEX `referredorder_first_id_paid_at` (`first_id`, `paid_at`), DROP COLUMN `total`, DROP COLUMN `binding_id`, MODIFY COLUMN `link_id` varchar(32) NOT NULL;
-- reverse: modify "referral_bindings" table
ALTER TABLE `referral_bindings` DROP COLUMN `channel`;
-- reverse: modify "promoter_reports" table
ALTER TABLE `promoter_reports` DROP INDEX `promoterreport_reporter_id_created_at`, ADD INDEX `promoterreport_reporter_id` (`reporter_id`);
