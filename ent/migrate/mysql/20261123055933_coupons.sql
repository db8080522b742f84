-- +goose Up
-- create "coupons" table
CREATE TABLE `coupons` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `template_id` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `claimed_by` varchar(32) NOT NULL, `number` bigint NOT NULL, `state` enum('USABLE','RESERVED','USED') NOT NULL, `order_id` varchar(32) NULL, `source` varchar(64) NOT NULL, `valid_until` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `coupon_order_id` (`order_id`), INDEX `coupon_shopper_id_id` (`shopper_id`, `id`), INDEX `coupon_shopper_id_state_valid_until` (`shopper_id`, `state`, `valid_until`), INDEX `coupon_shopper_id_template_id` (`shopper_id`, `template_id`), UNIQUE INDEX `coupon_template_id_claimed_by_number` (`template_id`, `claimed_by`, `number`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "coupon_templates" table
CREATE TABLE `coupon_templates` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `title` varchar(100) NOT NULL, `kind` enum('AMOUNT','PERCENT') NOT NULL, `amount` bigint NOT NULL DEFAULT 0, `basis_points` bigint NOT NULL DEFAULT 0, `cap` bigint NULL, `min_spend` bigint NOT NULL DEFAULT 0, `valid_days` bigint NOT NULL, `quantity` bigint NOT NULL, `remaining` bigint NOT NULL, `claimed` bigint NOT NULL DEFAULT 0, `per_shopper_limit` bigint NOT NULL, `claimable` bool NOT NULL, PRIMARY KEY (`id`), INDEX `coupontemplate_claimable_id` (`claimable`, `id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "coupon_uses" table
CREATE TABLE `coupon_uses` (`id` bigint NOT NULL AUTO_INCREMENT, `order_id` varchar(32) NOT NULL, `coupon_id` varchar(32) NOT NULL, `at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `couponuse_order_id_coupon_id` (`order_id`, `coupon_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
-- reverse: create "coupon_uses" table
DROP TABLE `coupon_uses`;
-- reverse: create "coupon_templates" table
DROP TABLE `coupon_templates`;
-- reverse: create "coupons" table
DROP TABLE `coupons`;
