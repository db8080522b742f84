-- +goose Up
-- modify "channel_identities" table
ALTER TABLE `channel_identities` ADD COLUMN `seen_at` datetime(6) NULL;

-- +goose Down
-- reverse: modify "channel_identities" table
ALTER TABLE `channel_identities` DROP COLUMN `seen_at`;
