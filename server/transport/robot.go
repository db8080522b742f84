package transport

import "strings"

// robots are words by which programs that open links by themselves name what they are: crawlers, a chat's preview, a browser that nobody looks at. Most also leave an
// address where one can read of them, which no browser does.
var robots = []string{"bot", "spider", "crawl", "headless", "preview", "facebookexternalhit", "whatsapp/", "http://", "https://"}

// people are words of browsers that look like a robot's: Cubot makes telephones.
var people = strings.NewReplacer("cubot", "")

// isRobot reports whether a User-Agent says that nobody looks. One that is missing or unknown proves nothing: apps of merchants name themselves as they like.
func isRobot(agent string) bool {
	agent = people.Replace(strings.ToLower(agent))
	for _, word := range robots {
		if strings.Contains(agent, word) {
			return true
		}
	}
	return false
}
