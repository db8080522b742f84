package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"

	"github.com/kaituan/kaituan/shop/note/provenance"
)

type anchorVerify struct {
	File  string `arg:"" help:"An anchor, or a proof made of one." type:"existingfile"`
	Key   string `help:"The shop's public key, 32 bytes in base64." required:""`
	After string `help:"The anchor before this one, which must end where this one begins." type:"existingfile"`
}

// Run checks a file by itself: it asks no database.
func (v anchorVerify) Run() error {
	key, err := base64.StdEncoding.DecodeString(v.Key)
	if err != nil {
		return fmt.Errorf("--key: %w", err)
	}
	anchor, proof, err := readAnchor(v.File)
	if err != nil {
		return err
	}
	if proof != nil {
		if err := proof.Verify(key); err != nil {
			return fmt.Errorf("%s: %w", v.File, err)
		}
		fmt.Printf("good: link %d of %s, content %s\n", proof.Sequence, proof.Day, proof.Content)
		return nil
	}
	head, err := anchor.Verify(key)
	if err != nil {
		return fmt.Errorf("%s: %w", v.File, err)
	}
	if v.After != "" {
		before, _, err := readAnchor(v.After)
		if err != nil {
			return err
		}
		if before == nil {
			return fmt.Errorf("%s: a proof, not an anchor", v.After)
		}
		end, err := before.Verify(key)
		if err != nil {
			return fmt.Errorf("%s: %w", v.After, err)
		}
		if err := anchor.Follows(end); err != nil {
			return fmt.Errorf("%s: %w", v.File, err)
		}
	}
	fmt.Printf("good: %s, %d links, the last of them %d, %s\n", anchor.Day, anchor.Size, head.Sequence, head.Hash)
	return nil
}

type anchorProve struct {
	File     string `arg:"" help:"An anchor." type:"existingfile"`
	Sequence int64  `arg:"" help:"The sequence of the link to prove."`
}

// Run prints the proof that a link is in an anchor.
func (p anchorProve) Run() error {
	anchor, _, err := readAnchor(p.File)
	if err != nil {
		return err
	}
	if anchor == nil {
		return fmt.Errorf("%s: a proof, not an anchor", p.File)
	}
	proof, err := anchor.Prove(p.Sequence)
	if err != nil {
		return fmt.Errorf("link %d: %w", p.Sequence, err)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(proof)
}

func readAnchor(path string) (*provenance.Anchor, *provenance.Proof, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	anchor, proof, err := provenance.Read(file)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return anchor, proof, nil
}
