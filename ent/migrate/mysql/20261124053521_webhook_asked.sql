-- +goose Up
-- modify "webhook_deliveries" table
ALTER TABLE `webhook_deliveries` ADD COLUMN `asked_at` datetime(6) NULL;

-- +goose Down
-- reverse: modify "webhook_deliveries" table
ALTER TABLE `webhook_deliveries` DROP COLUMN `asked_at`;
