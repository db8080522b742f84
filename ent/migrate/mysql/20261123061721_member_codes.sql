-- +goose Up
-- create "member_code_uses" table
CREATE TABLE `member_code_uses` (`id` bigint NOT NULL AUTO_INCREMENT, `partner_id` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `step` bigint NOT NULL, `used_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `membercodeuse_partner_id_shopper_id_step` (`partner_id`, `shopper_id`, `step`), INDEX `membercodeuse_used_at` (`used_at`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "member_guesses" table
CREATE TABLE `member_guesses` (`id` bigint NOT NULL AUTO_INCREMENT, `ver` bigint NOT NULL DEFAULT 1, `subject` varchar(64) NOT NULL, `wrong` bigint NOT NULL DEFAULT 1, `window_from` datetime(6) NOT NULL, PRIMARY KEY (`id`), INDEX `memberguess_window_from` (`window_from`), UNIQUE INDEX `subject` (`subject`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "member_numbers" table
CREATE TABLE `member_numbers` (`id` bigint NOT NULL AUTO_INCREMENT, `shopper_id` varchar(32) NOT NULL, `number` varchar(12) NOT NULL, `secret_cipher` tinyblob NOT NULL, `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `membernumber_shopper_id` (`shopper_id`), UNIQUE INDEX `number` (`number`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
-- reverse: create "member_numbers" table
DROP TABLE `member_numbers`;
-- reverse: create "member_guesses" table
DROP TABLE `member_guesses`;
-- reverse: create "member_code_uses" table
DROP TABLE `member_code_uses`;
