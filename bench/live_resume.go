package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Viewers whose connections are all cut at once, and who come back with the cursor of the last event that they saw, while the room goes on.
const (
	resumers   = 5000
	resumeFor  = 20 * time.Second // of publishing
	resumeAt   = "5s"             // after it began, all are cut off; they come back a second later
	resumeRate = "10"             // comments a second
	// resumeReads bounds the database reads for each who comes back. It is 0 but for what two equal runs differ by: a moment of the room's own work, some 50 reads
	// among 5,000 people.
	resumeReads = 0.01
	resumeDoc   = `subscription($roomId:ID!,$after:String){liveRoomEvents(roomId:$roomId,after:$after){__typename seq cursor ... on LiveTick{comments{text}}}}`
)

// resumeRun is one run, with or without the cut.
type resumeRun struct {
	fanned
	reads float64 // of the database, by all that the server does while events are published
}

// measureResume cuts all off in one run and nobody in another of the same length, whose database reads are those of the comments and of the room's owner.
func (b *bench) measureResume(ctx context.Context, _ engine) error {
	return b.contend(ctx, aloneTick, []string{"ours"}, func(c ...*contender) error {
		without, err := b.resumeOnce(ctx, c[0])
		if err != nil {
			return err
		}
		with, err := b.resumeOnce(ctx, c[0], "-drop-after", resumeAt)
		if err != nil {
			return err
		}
		if with.Resumed != resumers {
			return fmt.Errorf("%d of %d came back", with.Resumed, resumers)
		}
		b.figures = append(b.figures, resumeFigures(with, without)...)
		return nil
	})
}

func (b *bench) resumeOnce(ctx context.Context, c *contender, more ...string) (run resumeRun, err error) {
	watched := c.watch()
	run.fanned, err = b.fan(ctx, c, append([]string{
		"-subscribers", strconv.Itoa(resumers), "-rate", resumeRate, "-duration", resumeFor.String(), "-document", resumeDoc, "-numbered", "-dialers", "64", "-drain", "20s",
	}, more...)...)
	seen, watchErr := watched()
	if err != nil || watchErr != nil {
		return run, fmt.Errorf("coming back: %w", errors.Join(err, watchErr))
	}
	run.reads = seen.at(run.begun().Add(resumeFor)).metrics[databaseReads] - seen.at(run.begun()).metrics[databaseReads]
	return run, nil
}

func resumeFigures(with, without resumeRun) []figure {
	const name = "5,000 viewers cut off who resume, "
	ratio := spreadOf([]float64{with.reads / without.reads})
	count := func(what string, n int) figure {
		return figure{Measure: name + what, Engine: "ours", Ours: float64(n)}.upTo(0)
	}
	return []figure{
		{Measure: name + "database reads in 20 s; floor: nobody cut off", Engine: "ours", Ours: with.reads, Floor: without.reads, Ratio: &ratio},
		figure{Measure: name + "database reads for each", Engine: "ours", Ours: (with.reads - without.reads) / resumers}.upTo(resumeReads),
		count("gaps", with.Gaps+with.Silent),
		count("whole states in place of what was missed", with.Resets),
		count("duplicates", with.Duplicates),
		count("comments lost", with.Lost),
		{Measure: name + "until the last has subscribed", Engine: "ours", Unit: "s", Ours: with.ResumeS},
		{Measure: name + "until all have caught up", Engine: "ours", Unit: "s", Ours: with.CaughtUp},
	}
}
