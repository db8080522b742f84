-- +goose Up
-- modify "share_links" table
ALTER TABLE `share_links` ADD COLUMN `visits` bigint NOT NULL DEFAULT 0, ADD COLUMN `reads` bigint NOT NULL DEFAULT 0;
-- modify "shoppers" table
ALTER TABLE `shoppers` ADD COLUMN `referred` bool NOT NULL DEFAULT 0;
-- create "assists" table
CREATE TABLE `assists` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `campaign_id` varchar(32) NOT NULL, `owner_id` varchar(32) NOT NULL, `goal` bigint NOT NULL, `progress` bigint NOT NULL DEFAULT 0, `state` enum('OPEN','REACHED','REDEEMED','EXPIRED') NOT NULL, `list_price` bigint NOT NULL DEFAULT 0, `seed` varchar(64) NOT NULL, `expires_at` datetime(6) NOT NULL, `reached_at` datetime(6) NULL, `rewarded_at` datetime(6) NULL, `order_id` varchar(32) NULL, PRIMARY KEY (`id`), INDEX `assist_campaign_id_owner_id` (`campaign_id`, `owner_id`), UNIQUE INDEX `assist_order_id` (`order_id`), INDEX `assist_owner_id_id` (`owner_id`, `id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "assist_campaigns" table
CREATE TABLE `assist_campaigns` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL, `kind` enum('LIKES','BARGAIN','INVITE','UNLOCK','DRAW','CHARITY') NOT NULL, `title` varchar(100) NOT NULL, `sku_id` varchar(32) NULL, `product_id` varchar(32) NULL, `goal` bigint NOT NULL, `assist_seconds` bigint NOT NULL, `starts_at` datetime(6) NOT NULL, `ends_at` datetime(6) NOT NULL, `ended_at` datetime(6) NULL, `per_shopper_limit` bigint NOT NULL, `helps_per_day` bigint NOT NULL, `reward` enum('COUPON','PRICE','POINTS','DONATION','DRAW') NOT NULL, `template_id` varchar(32) NULL, `amount` bigint NOT NULL DEFAULT 0, `points` bigint NOT NULL DEFAULT 0, `cause` varchar(100) NOT NULL DEFAULT '', `winners` bigint NOT NULL DEFAULT 0, `prize` varchar(100) NOT NULL DEFAULT '', PRIMARY KEY (`id`), INDEX `assistcampaign_ends_at_id` (`ends_at`, `id`), INDEX `assistcampaign_product_id_ends_at` (`product_id`, `ends_at`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "assist_days" table
CREATE TABLE `assist_days` (`id` bigint NOT NULL AUTO_INCREMENT, `ver` bigint NOT NULL DEFAULT 1, `shopper_id` varchar(32) NOT NULL, `day` datetime(6) NOT NULL, `helps` bigint NOT NULL DEFAULT 0, `starts` bigint NOT NULL DEFAULT 0, PRIMARY KEY (`id`), INDEX `assistday_day` (`day`), UNIQUE INDEX `assistday_shopper_id_day` (`shopper_id`, `day`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "assist_donations" table
CREATE TABLE `assist_donations` (`id` varchar(32) NOT NULL, `campaign_id` varchar(32) NOT NULL, `assist_id` varchar(32) NOT NULL, `help_id` varchar(32) NOT NULL, `amount` bigint NOT NULL DEFAULT 0, `cause` varchar(100) NOT NULL, `at` datetime(6) NOT NULL, PRIMARY KEY (`id`), INDEX `assistdonation_campaign_id_id` (`campaign_id`, `id`), UNIQUE INDEX `assistdonation_help_id` (`help_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "assist_helps" table
CREATE TABLE `assist_helps` (`id` varchar(32) NOT NULL, `assist_id` varchar(32) NOT NULL, `helper_id` varchar(32) NOT NULL, `counted` bool NOT NULL, `position` bigint NOT NULL DEFAULT 0, `cut` bigint NOT NULL DEFAULT 0, `created_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `assisthelp_assist_id_helper_id` (`assist_id`, `helper_id`), INDEX `assisthelp_helper_id_id` (`helper_id`, `id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "assist_winners" table
CREATE TABLE `assist_winners` (`id` bigint NOT NULL AUTO_INCREMENT, `assist_id` varchar(32) NOT NULL, `shopper_id` varchar(32) NOT NULL, `position` bigint NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `assistwinner_assist_id_position` (`assist_id`, `position`), INDEX `assistwinner_shopper_id` (`shopper_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "commissions" table
CREATE TABLE `commissions` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `order_id` varchar(32) NOT NULL, `line_id` varchar(32) NOT NULL, `beneficiary_id` varchar(32) NOT NULL, `link_id` varchar(32) NOT NULL, `level` bigint NOT NULL, `order_number` varchar(32) NOT NULL, `line_title` varchar(255) NOT NULL, `base` bigint NOT NULL DEFAULT 0, `rate` bigint NOT NULL, `amount` bigint NOT NULL DEFAULT 0, `clawed_back` bigint NOT NULL DEFAULT 0, `state` enum('PENDING','AVAILABLE','CLAWED_BACK') NOT NULL, `earned_at` datetime(6) NOT NULL, `available_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), INDEX `commission_beneficiary_id_state_id` (`beneficiary_id`, `state`, `id`), UNIQUE INDEX `commission_line_id_beneficiary_id_level` (`line_id`, `beneficiary_id`, `level`), INDEX `commission_link_id` (`link_id`), INDEX `commission_order_id` (`order_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "commission_accounts" table
CREATE TABLE `commission_accounts` (`id` bigint NOT NULL AUTO_INCREMENT, `ver` bigint NOT NULL DEFAULT 1, `shopper_id` varchar(32) NOT NULL, `pending` bigint NOT NULL DEFAULT 0, `available` bigint NOT NULL DEFAULT 0, `in_payout` bigint NOT NULL DEFAULT 0, `withdrawn` bigint NOT NULL DEFAULT 0, `clawed_back` bigint NOT NULL DEFAULT 0, `debt` bigint NOT NULL DEFAULT 0, `updated_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `commissionaccount_shopper_id` (`shopper_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "commission_entries" table
CREATE TABLE `commission_entries` (`id` bigint NOT NULL AUTO_INCREMENT, `shopper_id` varchar(32) NOT NULL, `kind` varchar(16) NOT NULL, `source` varchar(96) NOT NULL, `commission_id` varchar(32) NULL, `pending` bigint NOT NULL DEFAULT 0, `available` bigint NOT NULL DEFAULT 0, `in_payout` bigint NOT NULL DEFAULT 0, `withdrawn` bigint NOT NULL DEFAULT 0, `clawed_back` bigint NOT NULL DEFAULT 0, `debt` bigint NOT NULL DEFAULT 0, `at` datetime(6) NOT NULL, PRIMARY KEY (`id`), INDEX `commissionentry_commission_id` (`commission_id`), UNIQUE INDEX `commissionentry_shopper_id_kind_source` (`shopper_id`, `kind`, `source`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "commission_orders" table
CREATE TABLE `commission_orders` (`id` bigint NOT NULL AUTO_INCREMENT, `ver` bigint NOT NULL DEFAULT 1, `order_id` varchar(32) NOT NULL, `completed_at` datetime(6) NULL, `cap` bigint NOT NULL DEFAULT 0, PRIMARY KEY (`id`), UNIQUE INDEX `commissionorder_order_id` (`order_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "conduct_actions" table
CREATE TABLE `conduct_actions` (`id` bigint NOT NULL AUTO_INCREMENT, `shopper_id` varchar(32) NOT NULL, `kind` varchar(16) NOT NULL, `target` varchar(40) NOT NULL, `network` varchar(64) NULL, `device` varchar(64) NULL, `at` datetime(6) NOT NULL, PRIMARY KEY (`id`), INDEX `conductaction_at` (`at`), INDEX `conductaction_device_at` (`device`, `at`), INDEX `conductaction_network_at` (`network`, `at`), INDEX `conductaction_shopper_id_at` (`shopper_id`, `at`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "conduct_marks" table
CREATE TABLE `conduct_marks` (`id` bigint NOT NULL AUTO_INCREMENT, `ver` bigint NOT NULL DEFAULT 1, `shopper_id` varchar(32) NOT NULL, `score` double NOT NULL, `marked` bool NOT NULL DEFAULT 0, `judged_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `conductmark_shopper_id` (`shopper_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "promoters" table
CREATE TABLE `promoters` (`id` bigint NOT NULL AUTO_INCREMENT, `ver` bigint NOT NULL DEFAULT 1, `shopper_id` varchar(32) NOT NULL, `tier` enum('COMMUNITY','MID','HEAD') NOT NULL DEFAULT 'COMMUNITY', `credit` bigint NOT NULL DEFAULT 100, `updated_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `promoter_shopper_id` (`shopper_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "promoter_marks" table
CREATE TABLE `promoter_marks` (`id` bigint NOT NULL AUTO_INCREMENT, `shopper_id` varchar(32) NOT NULL, `kind` varchar(16) NOT NULL, `source` varchar(64) NOT NULL, `at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `promotermark_kind_source_shopper_id` (`kind`, `source`, `shopper_id`), INDEX `promotermark_shopper_id_at` (`shopper_id`, `at`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "promoter_reports" table
CREATE TABLE `promoter_reports` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `promoter_id` varchar(32) NOT NULL, `reporter_id` varchar(32) NOT NULL, `reason` varchar(500) NOT NULL, `state` enum('OPEN','UPHELD','DISMISSED') NOT NULL DEFAULT 'OPEN', `created_at` datetime(6) NOT NULL, `decided_at` datetime(6) NULL, PRIMARY KEY (`id`), UNIQUE INDEX `promoterreport_promoter_id_reporter_id` (`promoter_id`, `reporter_id`), INDEX `promoterreport_reporter_id` (`reporter_id`), INDEX `promoterreport_state_id` (`state`, `id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "referral_bindings" table
CREATE TABLE `referral_bindings` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `invitee_id` varchar(32) NOT NULL, `inviter_id` varchar(32) NOT NULL, `link_id` varchar(32) NOT NULL, `bound_at` datetime(6) NOT NULL, `until` datetime(6) NOT NULL, `ended_at` datetime(6) NULL, `live_key` varchar(64) NULL, `pair_key` varchar(64) NULL, PRIMARY KEY (`id`), UNIQUE INDEX `live_key` (`live_key`), UNIQUE INDEX `pair_key` (`pair_key`), INDEX `referralbinding_bound_at` (`bound_at`), INDEX `referralbinding_invitee_id_bound_at` (`invitee_id`, `bound_at`), INDEX `referralbinding_inviter_id_bound_at_id` (`inviter_id`, `bound_at`, `id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "referred_orders" table
CREATE TABLE `referred_orders` (`id` bigint NOT NULL AUTO_INCREMENT, `ver` bigint NOT NULL DEFAULT 1, `order_id` varchar(32) NOT NULL, `buyer_id` varchar(32) NOT NULL, `link_id` varchar(32) NOT NULL, `first_id` varchar(32) NULL, `second_id` varchar(32) NULL, `placed_at` datetime(6) NOT NULL, `paid_at` datetime(6) NULL, `lost_at` datetime(6) NULL, PRIMARY KEY (`id`), INDEX `referredorder_buyer_id_paid_at` (`buyer_id`, `paid_at`), INDEX `referredorder_first_id_paid_at` (`first_id`, `paid_at`), INDEX `referredorder_link_id_paid_at` (`link_id`, `paid_at`), UNIQUE INDEX `referredorder_order_id` (`order_id`), INDEX `referredorder_paid_at_first_id` (`paid_at`, `first_id`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "share_visits" table
CREATE TABLE `share_visits` (`id` bigint NOT NULL AUTO_INCREMENT, `link_id` varchar(32) NOT NULL, `day` datetime(6) NOT NULL, `device` varchar(64) NOT NULL, PRIMARY KEY (`id`), INDEX `sharevisit_day` (`day`), UNIQUE INDEX `sharevisit_link_id_day_device` (`link_id`, `day`, `device`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- create "withdrawals" table
CREATE TABLE `withdrawals` (`id` varchar(32) NOT NULL, `ver` bigint NOT NULL DEFAULT 1, `shopper_id` varchar(32) NOT NULL, `amount` bigint NOT NULL DEFAULT 0, `provider` varchar(32) NOT NULL, `channel` varchar(32) NOT NULL, `state` enum('REQUESTED','SENT','SETTLED','FAILED') NOT NULL, `confirm` blob NULL, `requested_at` datetime(6) NOT NULL, `sent_at` datetime(6) NULL, `settled_at` datetime(6) NULL, PRIMARY KEY (`id`), INDEX `withdrawal_shopper_id_id` (`shopper_id`, `id`), INDEX `withdrawal_state_requested_at` (`state`, `requested_at`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
-- reverse: create "withdrawals" table
DROP TABLE `withdrawals`;
-- reverse: create "share_visits" table
DROP TABLE `share_visits`;
-- reverse: create "referred_orders" table
DROP TABLE `referred_orders`;
-- reverse: create "referral_bindings" table
DROP TABLE `referral_bindings`;
-- reverse: create "promoter_reports" table
DROP TABLE `promoter_reports`;
-- reverse: create "promoter_marks" table
DROP TABLE `promoter_marks`;
-- reverse: create "promoters" table
DROP TABLE `promoters`;
-- reverse: create "conduct_marks" table
DROP TABLE `conduct_marks`;
-- reverse: create "conduct_actions" table
DROP TABLE `conduct_actions`;
-- reverse: create "commission_orders" table
DROP TABLE `commission_orders`;
-- reverse: create "commission_entries" table
DROP TABLE `commission_entries`;
-- reverse: create "commission_accounts" table
DROP TABLE `commission_accounts`;
-- reverse: create "commissions" table
DROP TABLE `commissions`;
-- reverse: create "assist_winners" table
DROP TABLE `assist_winners`;
-- reverse: create "assist_helps" table
DROP TABLE `assist_helps`;
-- reverse: create "assist_donations" table
DROP TABLE `assist_donations`;
-- reverse: create "assist_days" table
DROP TABLE `assist_days`;
-- reverse: create "assist_campaigns" table
DROP TABLE `assist_campaigns`;
-- reverse: create "assists" table
DROP TABLE `assists`;
-- reverse: modify "shoppers" table
ALTER TABLE `shoppers` DROP COLUMN `referred`;
-- reverse: modify "share_links" table
ALTER TABLE `share_links` DROP COLUMN `reads`, DROP COLUMN `visits`;
