// Package demo is the shop that a fresh Kaituan opens with: its goods, the pictures of them, its group buying, and the nicknames of people who shop there. Everything is
// made for this repository; nothing is fetched and nothing is random, so that two servers show the same shop.
//
//	data/*.txt   products, one file per department     table.go, products.go
//	campaigns.go what is bought together               coupons.go, live.go
//	art/*.txt    shapes that the pictures are made of  art.go, colour.go, scene.go, picture.go, pictures.go
package demo
