-- +goose Up
-- create "stock_lows" table
CREATE TABLE `stock_lows` (`id` varchar(32) NOT NULL, `told_at` datetime(6) NOT NULL, PRIMARY KEY (`id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "stock_watches" table
CREATE TABLE `stock_watches` (`id` bigint NOT NULL AUTO_INCREMENT, `ver` bigint NOT NULL DEFAULT 1, `movement_id` bigint NOT NULL, PRIMARY KEY (`id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "webhook_deliveries" table
CREATE TABLE `webhook_deliveries` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `endpoint_id` varchar(32) NOT NULL, `event_id` varchar(32) NOT NULL, `topic` varchar(20) NOT NULL, `aggregate` varchar(32) NOT NULL, `lane` bigint NOT NULL, `turn` bigint NOT NULL, `body` blob NOT NULL, `state` enum('PENDING','DELIVERED','FAILED') NOT NULL DEFAULT 'PENDING', `attempts` bigint NOT NULL DEFAULT 0, `earlier` bigint NOT NULL DEFAULT 0, `last_status` bigint NULL, `created_at` datetime(6) NOT NULL, `delivered_at` datetime(6) NULL, `next_attempt_at` datetime(6) NULL, PRIMARY KEY (`id`), INDEX `webhookdelivery_created_at` (`created_at`), UNIQUE INDEX `webhookdelivery_endpoint_id_aggregate_turn` (`endpoint_id`, `aggregate`, `turn`), UNIQUE INDEX `webhookdelivery_endpoint_id_event_id` (`endpoint_id`, `event_id`), INDEX `webhookdelivery_endpoint_id_id` (`endpoint_id`, `id`), INDEX `webhookdelivery_endpoint_id_lane_state_next_attempt_at` (`endpoint_id`, `lane`, `state`, `next_attempt_at`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "webhook_endpoints" table
CREATE TABLE `webhook_endpoints` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `partner_id` varchar(32) NOT NULL, `place` bigint NULL, `url` varchar(1024) NOT NULL, `topics` json NOT NULL, `secret` tinyblob NOT NULL, `retired_secret` tinyblob NULL, `retired_until` datetime(6) NULL, `failures` bigint NOT NULL DEFAULT 0, `failing_since` datetime(6) NULL, `resume_at` datetime(6) NULL, `disabled_at` datetime(6) NULL, `deleted_at` datetime(6) NULL, PRIMARY KEY (`id`), UNIQUE INDEX `webhookendpoint_partner_id_place` (`partner_id`, `place`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
-- reverse: create "webhook_endpoints" table
DROP TABLE `webhook_endpoints`;
-- reverse: create "webhook_deliveries" table
DROP TABLE `webhook_deliveries`;
-- reverse: create "stock_watches" table
DROP TABLE `stock_watches`;
-- reverse: create "stock_lows" table
DROP TABLE `stock_lows`;
