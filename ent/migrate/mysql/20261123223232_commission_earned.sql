-- +goose Up
-- modify "commission_orders" table
ALTER TABLE `commission_orders` ADD COLUMN `earned` bigint NULL;

-- +goose Down
-- reverse: modify "commission_orders" table
ALTER TABLE `commission_orders` DROP COLUMN `earned`;
