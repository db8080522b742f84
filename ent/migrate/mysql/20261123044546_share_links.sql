-- +goose Up
-- create "share_links" table
CREATE TABLE `share_links` (`id` varchar(32) NOT NULL, `token` varchar(28) NOT NULL, `target_id` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `channel` varchar(32) NOT NULL, `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `sharelink_shopper_id_target_id_channel` (`shopper_id`, `target_id`, `channel`), UNIQUE INDEX `token` (`token`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
-- reverse: create "share_links" table
DROP TABLE `share_links`;
