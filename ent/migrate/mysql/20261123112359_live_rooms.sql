-- +goose Up
-- create "live_comments" table
CREATE TABLE `live_comments` (`id` varchar(32) NOT NULL, `room_id` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `client_id` varchar(64) NOT NULL, `role` varchar(16) NOT NULL, `buyer` bool NOT NULL DEFAULT 0, `text` varchar(1600) NOT NULL, `state` enum('SHOWN','HELD','HIDDEN','DROPPED') NOT NULL, `seq` bigint NULL, `sampled` bool NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), INDEX `livecomment_room_id_seq_state` (`room_id`, `seq`, `state`), UNIQUE INDEX `livecomment_room_id_shopper_id_client_id` (`room_id`, `shopper_id`, `client_id`), INDEX `livecomment_room_id_state_id` (`room_id`, `state`, `id`), INDEX `livecomment_shopper_id` (`shopper_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "live_drops" table
CREATE TABLE `live_drops` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `room_id` varchar(32) NOT NULL, `template_id` varchar(32) NOT NULL, `quantity` bigint NOT NULL, `remaining` bigint NOT NULL, `returned` bigint NOT NULL DEFAULT 0, `ends_at` datetime(6) NOT NULL, `closed_at` datetime(6) NULL, PRIMARY KEY (`id`), INDEX `livedrop_room_id_ends_at` (`room_id`, `ends_at`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "live_drop_claims" table
CREATE TABLE `live_drop_claims` (`id` bigint NOT NULL AUTO_INCREMENT, `drop_id` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `coupon_id` varchar(32) NOT NULL, `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `livedropclaim_coupon_id` (`coupon_id`), UNIQUE INDEX `livedropclaim_drop_id_shopper_id` (`drop_id`, `shopper_id`), INDEX `livedropclaim_shopper_id` (`shopper_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "live_entries" table
CREATE TABLE `live_entries` (`id` bigint NOT NULL AUTO_INCREMENT, `lottery_id` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `ticket` bigint NOT NULL, `entrant_key` varchar(64) NOT NULL, `won` bigint NOT NULL DEFAULT 0, `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `liveentry_lottery_id_shopper_id` (`lottery_id`, `shopper_id`), UNIQUE INDEX `liveentry_lottery_id_ticket` (`lottery_id`, `ticket`), INDEX `liveentry_lottery_id_won` (`lottery_id`, `won`), INDEX `liveentry_shopper_id` (`shopper_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "live_events" table
CREATE TABLE `live_events` (`id` bigint NOT NULL AUTO_INCREMENT, `room_id` varchar(32) NOT NULL, `seq` bigint NOT NULL, `epoch` bigint NOT NULL, `kind` varchar(16) NOT NULL, `data` blob NOT NULL, `at` datetime(6) NOT NULL, PRIMARY KEY (`id`), INDEX `liveevent_room_id_at` (`room_id`, `at`), UNIQUE INDEX `liveevent_room_id_seq` (`room_id`, `seq`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "live_likes" table
CREATE TABLE `live_likes` (`id` bigint NOT NULL AUTO_INCREMENT, `room_id` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `client_id` varchar(64) NOT NULL, `likes` bigint NOT NULL, `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `livelike_room_id_shopper_id_client_id` (`room_id`, `shopper_id`, `client_id`), INDEX `livelike_shopper_id` (`shopper_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "live_like_totals" table
CREATE TABLE `live_like_totals` (`id` bigint NOT NULL AUTO_INCREMENT, `ver` bigint NOT NULL DEFAULT 1, `room_id` varchar(32) NOT NULL, `total` bigint NOT NULL DEFAULT 0, PRIMARY KEY (`id`), UNIQUE INDEX `liveliketotal_room_id` (`room_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "live_lotteries" table
CREATE TABLE `live_lotteries` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `room_id` varchar(32) NOT NULL, `prize` varchar(100) NOT NULL, `winners_wanted` bigint NOT NULL, `state` enum('OPEN','CLOSED','DRAWN') NOT NULL, `entries` bigint NOT NULL DEFAULT 0, `seed` varchar(64) NOT NULL, `seed_hash` varchar(64) NOT NULL, `entries_hash` varchar(64) NULL, `ends_at` datetime(6) NOT NULL, `drawn_at` datetime(6) NULL, PRIMARY KEY (`id`), INDEX `livelottery_room_id_created_at` (`room_id`, `created_at`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "live_members" table
CREATE TABLE `live_members` (`id` bigint NOT NULL AUTO_INCREMENT, `ver` bigint NOT NULL DEFAULT 1, `room_id` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `role` enum('VIEWER','MODERATOR','CO_HOST','HOST') NOT NULL DEFAULT 'VIEWER', `muted_until` datetime(6) NULL, `commented_at` datetime(6) NULL, `buyer` bool NOT NULL DEFAULT 0, `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `livemember_room_id_shopper_id` (`room_id`, `shopper_id`), INDEX `livemember_shopper_id` (`shopper_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "live_minutes" table
CREATE TABLE `live_minutes` (`id` bigint NOT NULL AUTO_INCREMENT, `room_id` varchar(32) NOT NULL, `at` datetime(6) NOT NULL, `viewers` bigint NOT NULL, `likes` bigint NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `liveminute_room_id_at` (`room_id`, `at`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "live_news" table
CREATE TABLE `live_news` (`id` bigint NOT NULL AUTO_INCREMENT, `room_id` varchar(32) NOT NULL, `kind` varchar(16) NOT NULL, `ref` varchar(64) NULL, `data` varchar(2048) NULL, PRIMARY KEY (`id`), INDEX `livenews_room_id_id` (`room_id`, `id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "live_offers" table
CREATE TABLE `live_offers` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `room_id` varchar(32) NOT NULL, `sku_id` varchar(32) NOT NULL, `product_id` varchar(32) NOT NULL, `price` bigint NOT NULL DEFAULT 0, `quota` bigint NOT NULL, `units_left` bigint NOT NULL, `units_held` bigint NOT NULL DEFAULT 0, `units_sold` bigint NOT NULL DEFAULT 0, `starts_at` datetime(6) NOT NULL, `ends_at` datetime(6) NOT NULL, `ended_at` datetime(6) NULL, PRIMARY KEY (`id`), INDEX `liveoffer_ends_at_id` (`ends_at`, `id`), INDEX `liveoffer_room_id_ends_at` (`room_id`, `ends_at`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "live_offer_uses" table
CREATE TABLE `live_offer_uses` (`id` bigint NOT NULL AUTO_INCREMENT, `ver` bigint NOT NULL DEFAULT 1, `offer_id` varchar(32) NOT NULL, `order_id` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `held` bigint NOT NULL DEFAULT 0, `sold` bigint NOT NULL DEFAULT 0, `quantity` bigint NOT NULL, PRIMARY KEY (`id`), INDEX `liveofferuse_offer_id` (`offer_id`), UNIQUE INDEX `liveofferuse_order_id` (`order_id`), INDEX `liveofferuse_shopper_id` (`shopper_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "live_questions" table
CREATE TABLE `live_questions` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `room_id` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `client_id` varchar(64) NOT NULL, `text` varchar(1600) NOT NULL, `upvotes` bigint NOT NULL DEFAULT 0, `answer` varchar(1000) NULL, `answered_at` datetime(6) NULL, PRIMARY KEY (`id`), UNIQUE INDEX `livequestion_room_id_shopper_id_client_id` (`room_id`, `shopper_id`, `client_id`), INDEX `livequestion_room_id_upvotes_id` (`room_id`, `upvotes`, `id`), INDEX `livequestion_shopper_id` (`shopper_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "live_rooms" table
CREATE TABLE `live_rooms` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `host_id` varchar(32) NOT NULL, `title` varchar(100) NOT NULL, `cover_url` varchar(1024) NULL, `state` enum('SCHEDULED','LIVE','PAUSED','ENDED','BANNED') NOT NULL, `ban_reason` varchar(255) NULL, `scheduled_for` datetime(6) NULL, `started_at` datetime(6) NULL, `ended_at` datetime(6) NULL, `slow_mode` bigint NOT NULL DEFAULT 0, `pinned_id` varchar(32) NULL, `pinned_at` datetime(6) NULL, `pin_note` varchar(100) NULL, `active` bool NOT NULL DEFAULT 1, `owner` varchar(64) NULL, `owner_until` datetime(6) NULL, `epoch` bigint NOT NULL DEFAULT 0, `seq` bigint NOT NULL DEFAULT 0, `viewers` bigint NOT NULL DEFAULT 0, `peak_viewers` bigint NOT NULL DEFAULT 0, `likes` bigint NOT NULL DEFAULT 0, PRIMARY KEY (`id`), INDEX `liveroom_active_owner_until` (`active`, `owner_until`), INDEX `liveroom_host_id` (`host_id`), INDEX `liveroom_state_started_at_id` (`state`, `started_at`, `id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "live_sales" table
CREATE TABLE `live_sales` (`id` bigint NOT NULL AUTO_INCREMENT, `room_id` varchar(32) NOT NULL, `order_id` varchar(32) NOT NULL, `amount` bigint NOT NULL DEFAULT 0, `paid_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `livesale_room_id_order_id` (`room_id`, `order_id`), INDEX `livesale_room_id_paid_at` (`room_id`, `paid_at`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "live_shelves" table
CREATE TABLE `live_shelves` (`id` bigint NOT NULL AUTO_INCREMENT, `room_id` varchar(32) NOT NULL, `product_id` varchar(32) NOT NULL, `position` bigint NOT NULL, PRIMARY KEY (`id`), INDEX `liveshelf_product_id` (`product_id`), UNIQUE INDEX `liveshelf_room_id_product_id` (`room_id`, `product_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "live_upvotes" table
CREATE TABLE `live_upvotes` (`id` bigint NOT NULL AUTO_INCREMENT, `question_id` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `liveupvote_question_id_shopper_id` (`question_id`, `shopper_id`), INDEX `liveupvote_shopper_id` (`shopper_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
-- reverse: create "live_upvotes" table
DROP TABLE `live_upvotes`;
-- reverse: create "live_shelves" table
DROP TABLE `live_shelves`;
-- reverse: create "live_sales" table
DROP TABLE `live_sales`;
-- reverse: create "live_rooms" table
DROP TABLE `live_rooms`;
-- reverse: create "live_questions" table
DROP TABLE `live_questions`;
-- reverse: create "live_offer_uses" table
DROP TABLE `live_offer_uses`;
-- reverse: create "live_offers" table
DROP TABLE `live_offers`;
-- reverse: create "live_news" table
DROP TABLE `live_news`;
-- reverse: create "live_minutes" table
DROP TABLE `live_minutes`;
-- reverse: create "live_members" table
DROP TABLE `live_members`;
-- reverse: create "live_lotteries" table
DROP TABLE `live_lotteries`;
-- reverse: create "live_like_totals" table
DROP TABLE `live_like_totals`;
-- reverse: create "live_likes" table
DROP TABLE `live_likes`;
-- reverse: create "live_events" table
DROP TABLE `live_events`;
-- reverse: create "live_entries" table
DROP TABLE `live_entries`;
-- reverse: create "live_drop_claims" table
DROP TABLE `live_drop_claims`;
-- reverse: create "live_drops" table
DROP TABLE `live_drops`;
-- reverse: create "live_comments" table
DROP TABLE `live_comments`;
