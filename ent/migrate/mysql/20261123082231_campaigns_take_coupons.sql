-- +goose Up
-- modify "group_campaigns" table
ALTER TABLE `group_campaigns` ADD COLUMN `takes_coupons` bool NOT NULL DEFAULT 0;

-- +goose Down
-- reverse: modify "group_campaigns" table
ALTER TABLE `group_campaigns` DROP COLUMN `takes_coupons`;
