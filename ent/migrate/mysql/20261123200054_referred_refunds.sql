-- +goose Up
-- modify "promoter_reports" table
ALTER TABLE `promoter_reports` ADD INDEX `promoterreport_promoter_id_state_decided_at` (`promoter_id`, `state`, `decided_at`);
-- modify "referred_orders" table
ALTER TABLE `referred_orders` ADD COLUMN `refunded` bigint NOT NULL DEFAULT 0, DROP INDEX `referredorder_first_id_paid_at_lost_at_total`, ADD INDEX `referredorder_first_id_paid_at_lost_at_total_refunded` (`first_id`, `paid_at`, `lost_at`, `total`, `refunded`);
-- drop "promoter_marks" table: upheld reports are counted where they are
DROP TABLE `promoter_marks`;

-- +goose Down
-- reverse: drop "promoter_marks" table
CREATE TABLE `promoter_marks` (`id` bigint NOT NULL AUTO_INCREMENT, `shopper_id` varchar(32) NOT NULL, `kind` varchar(16) NOT NULL, `source` varchar(64) NOT NULL, `at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `promotermark_kind_source_shopper_id` (`kind`, `source`, `shopper_id`), INDEX `promotermark_shopper_id_at` (`shopper_id`, `at`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- reverse: modify "referred_orders" table
ALTER TABLE `referred_orders` DROP INDEX `referredorder_first_id_paid_at_lost_at_total_refunded`, ADD INDEX `referredorder_first_id_paid_at_lost_at_total` (`first_id`, `paid_at`, `lost_at`, `total`), DROP COLUMN `refunded`;
-- reverse: modify "promoter_reports" table
ALTER TABLE `promoter_reports` DROP INDEX `promoterreport_promoter_id_state_decided_at`;
