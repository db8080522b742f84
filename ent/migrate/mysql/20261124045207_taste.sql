-- +goose Up
-- create "behaviour_events" table
CREATE TABLE `behaviour_events` (`id` bigint NOT NULL AUTO_INCREMENT, `actor_id` varchar(32) NOT NULL, `client_id` varchar(64) NOT NULL, `kind` varchar(16) NOT NULL, `target_id` varchar(32) NOT NULL, `text` varchar(512) NULL, `dwell` bigint NULL, `channel` varchar(32) NULL, `odd` varchar(16) NULL, `at` datetime(6) NOT NULL, `received_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `behaviourevent_actor_id_client_id` (`actor_id`, `client_id`), INDEX `behaviourevent_received_at` (`received_at`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "taste_profiles" table
CREATE TABLE `taste_profiles` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `actor_id` varchar(32) NOT NULL, `data` mediumblob NOT NULL, `updated_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `tasteprofile_actor_id` (`actor_id`), INDEX `tasteprofile_updated_at` (`updated_at`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
-- reverse: create "taste_profiles" table
DROP TABLE `taste_profiles`;
-- reverse: create "behaviour_events" table
DROP TABLE `behaviour_events`;
