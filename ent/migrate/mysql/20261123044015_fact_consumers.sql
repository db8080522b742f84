-- +goose Up
-- create "fact_consumers" table
CREATE TABLE `fact_consumers` (`id` bigint NOT NULL AUTO_INCREMENT, `topic` varchar(40) NOT NULL, `name` varchar(40) NOT NULL, `created_at` datetime(6) NOT NULL, `seen_at` datetime(6) NOT NULL, PRIMARY KEY (`id`), UNIQUE INDEX `factconsumer_topic_name` (`topic`, `name`)) CHARSET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
-- reverse: create "fact_consumers" table
DROP TABLE `fact_consumers`;
