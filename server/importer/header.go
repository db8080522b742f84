package importer

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// The columns of Shopify's product CSV that are read, wherever they stand; others are passed over.
const (
	colHandle     = "Handle"
	colTitle      = "Title"
	colBody       = "Body (HTML)"
	colVendor     = "Vendor"
	colType       = "Type"
	colTags       = "Tags"
	colPublished  = "Published"
	colStatus     = "Status"
	colSku        = "Variant SKU"
	colGrams      = "Variant Grams"
	colQuantity   = "Variant Inventory Qty"
	colPrice      = "Variant Price"
	colCompare    = "Variant Compare At Price"
	colVariantPic = "Variant Image"
	colImage      = "Image Src"
	colImagePlace = "Image Position"
	colImageAlt   = "Image Alt Text"
)

// required are the columns without which there is no product.
var required = []string{colHandle, colTitle, colPrice}

func optionName(i int) string  { return fmt.Sprintf("Option%d Name", i) }
func optionValue(i int) string { return fmt.Sprintf("Option%d Value", i) }

// header says where each column stands, by its lower-case name.
type header struct {
	at    map[string]int
	width int
}

func readHeader(rs *records) (*header, error) {
	names, line, err := rs.next()
	var bad *badRow
	switch {
	case errors.Is(err, io.EOF):
		return nil, &badFile{0, "the file is empty"}
	case errors.As(err, &bad):
		return nil, &badFile{line, bad.reason}
	case err != nil:
		return nil, err
	}
	h := &header{at: map[string]int{}, width: len(names)}
	for i, name := range names {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := h.at[name]; twice && name != "" {
			return nil, &badFile{line, fmt.Sprintf("the column %q stands twice", strings.TrimSpace(names[i]))}
		}
		h.at[name] = i
	}
	var lacking []string
	for _, name := range required {
		if !h.has(name) {
			lacking = append(lacking, `"`+name+`"`)
		}
	}
	if len(lacking) > 0 {
		return nil, &badFile{line, "not a product file: no column " + strings.Join(slices.Compact(lacking), ", ")}
	}
	return h, nil
}

func (h *header) has(name string) bool {
	_, found := h.at[strings.ToLower(name)]
	return found
}

// row is one record with its header.
type row struct {
	*header
	fields []string
	line   int
}

// get returns a column's text without the spaces around it, "" when there is no such column.
func (r row) get(name string) string {
	i, found := r.at[strings.ToLower(name)]
	if !found {
		return ""
	}
	return strings.TrimSpace(r.fields[i])
}

// one returns a column's text on one line.
func (r row) one(name string) string { return strings.Join(strings.Fields(r.get(name)), " ") }
