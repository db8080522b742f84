-- +goose Up
-- modify "orders" table
ALTER TABLE `orders` ADD COLUMN `earn_entry` varchar(32) NULL, ADD COLUMN `earned` bigint NOT NULL DEFAULT 0;
-- modify "order_lines" table
ALTER TABLE `order_lines` ADD COLUMN `points` bigint NOT NULL DEFAULT 0, ADD COLUMN `points_returned` bigint NOT NULL DEFAULT 0, ADD COLUMN `points_rebated` bigint NOT NULL DEFAULT 0, ADD COLUMN `earn_rate` bigint NOT NULL DEFAULT 0;
-- modify "refunds" table
ALTER TABLE `refunds` ADD COLUMN `points` bigint NOT NULL DEFAULT 0;
-- modify "refund_lines" table
ALTER TABLE `refund_lines` ADD COLUMN `points` bigint NOT NULL DEFAULT 0;
-- modify "shoppers" table
ALTER TABLE `shoppers` ADD COLUMN `aliased` bool NOT NULL DEFAULT 0, ADD INDEX `shopper_merged_into` (`merged_into`);
-- create "point_earnings" table
CREATE TABLE `point_earnings` (`id` bigint NOT NULL AUTO_INCREMENT, `shopper_id` varchar(32) NOT NULL, `day` varchar(10) NOT NULL, `points` bigint NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `pointearning_shopper_id_day` (`shopper_id`, `day`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
-- reverse: create "point_earnings" table
DROP TABLE `point_earnings`;
-- reverse: modify "shoppers" table
ALTER TABLE `shoppers` DROP INDEX `shopper_merged_into`, DROP COLUMN `aliased`;
-- reverse: modify "refund_lines" table
ALTER TABLE `refund_lines` DROP COLUMN `points`;
-- reverse: modify "refunds" table
ALTER TABLE `refunds` DROP COLUMN `points`;
-- reverse: modify "order_lines" table
ALTER TABLE `order_lines` DROP COLUMN `earn_rate`, DROP COLUMN `points_rebated`, DROP COLUMN `points_returned`, DROP COLUMN `points`;
-- reverse: modify "orders" table
ALTER TABLE `orders` DROP COLUMN `earned`, DROP COLUMN `earn_entry`;
