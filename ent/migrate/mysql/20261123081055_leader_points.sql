-- +goose Up
-- modify "orders" table
ALTER TABLE `orders` ADD COLUMN `reward_entry` varchar(32) NULL;

-- +goose Down
-- reverse: modify "orders" table
ALTER TABLE `orders` DROP COLUMN `reward_entry`;
