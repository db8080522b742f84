package platformfake

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"
)

// wechat is GET /sns/jscode2session: parameters in the query, errcode in the answer, JSON under text/plain.
func (f *Fake) wechat(w http.ResponseWriter, r *http.Request, fault Fault) {
	q := r.URL.Query()
	w.Header().Set("Content-Type", "text/plain")
	refuse := func(code int) {
		writeJSON(w, map[string]any{"errcode": code, "errmsg": fmt.Sprintf("refused: %s, rid: 1", q.Get("js_code"))})
	}
	switch {
	case fault.Code != "":
		refuse(number(fault.Code))
		return
	case q.Get("appid") != AppID:
		refuse(40013)
		return
	case q.Get("secret") != Secret:
		refuse(40125)
		return
	case q.Get("grant_type") != "authorization_code":
		refuse(40002)
		return
	}
	subject, v := f.redeem(q.Get("js_code"))
	switch v {
	case unknown:
		refuse(40029)
	case usedBefore:
		refuse(40163)
	default:
		answer := map[string]any{"session_key": SessionKey, "openid": subject.OpenID}
		if subject.UnionID != "" {
			answer["unionid"] = subject.UnionID
		}
		writeJSON(w, answer)
	}
}

// douyin is POST /api/apps/v2/jscode2session: JSON both ways, err_no in the answer.
func (f *Fake) douyin(w http.ResponseWriter, r *http.Request, fault Fault) {
	var b struct {
		AppID         string `json:"appid"`
		Secret        string `json:"secret"`
		Code          string `json:"code"`
		AnonymousCode string `json:"anonymous_code"`
	}
	w.Header().Set("Content-Type", "application/json")
	say := func(code int, data map[string]any) {
		writeJSON(w, map[string]any{"err_no": code, "err_tips": "about " + b.Code, "log_id": "2024102117013250E8", "data": data})
	}
	err := json.NewDecoder(r.Body).Decode(&b)
	switch {
	case fault.Code != "":
		say(number(fault.Code), nil)
		return
	case err != nil:
		say(40014, nil)
		return
	case b.AppID != AppID:
		say(40015, nil)
		return
	case b.Secret != Secret:
		say(40017, nil)
		return
	}
	subject, v := f.redeem(b.Code)
	if v != known {
		say(40018, nil)
		return
	}
	data := map[string]any{"session_key": SessionKey, "openid": subject.OpenID, "unionid": subject.UnionID, "anonymous_openid": ""}
	if b.AnonymousCode != "" {
		if _, v := f.redeem(b.AnonymousCode); v != known {
			say(40019, nil)
			return
		}
		data["anonymous_openid"] = "anonymous"
	}
	say(0, data)
}

// alipay is the method alipay.system.oauth.token of POST /gateway.do: a signed form in, a signed node out.
func (f *Fake) alipay(w http.ResponseWriter, r *http.Request, fault Fault) {
	w.Header().Set("Content-Type", "text/html;charset=utf-8")
	if fault.Code != "" {
		f.writeNode(w, "error_response", alipayError(fault.Code), fault.BadSignature)
		return
	}
	if subCode := f.checkForm(r); subCode != "" {
		f.writeNode(w, "error_response", alipayError(subCode), fault.BadSignature)
		return
	}
	subject, v := f.redeem(r.PostForm.Get("code"))
	if v != known {
		f.writeNode(w, "error_response", alipayError("isv.code-invalid"), fault.BadSignature)
		return
	}
	who := "open_id"
	if f.opts.AlipayUserIDs {
		who = "user_id"
	}
	f.writeNode(w, "alipay_system_oauth_token_response", map[string]any{
		who: subject.OpenID, "union_id": subject.UnionID, "access_token": SessionKey, "refresh_token": SessionKey, "expires_in": 1296000,
	}, fault.BadSignature)
}

// checkForm is the gateway's part: who, what, when, and the signature over the sorted parameters. It returns the sub_code of what is wrong.
func (f *Fake) checkForm(r *http.Request) string {
	if err := r.ParseForm(); err != nil {
		return "isv.invalid-parameter"
	}
	form := r.PostForm
	at, err := time.ParseInLocation(time.DateTime, form.Get("timestamp"), time.FixedZone("", 8*60*60))
	switch {
	case form.Get("app_id") != AppID:
		return "isv.invalid-app-id"
	case form.Get("method") != "alipay.system.oauth.token" || form.Get("grant_type") != "authorization_code" || form.Get("sign_type") != "RSA2" || form.Get("version") != "1.0":
		return "isv.invalid-parameter"
	case err != nil || f.opts.Clock().Sub(at).Abs() > 15*time.Minute:
		return "isv.invalid-timestamp"
	case !f.signed(form):
		return "isv.invalid-signature"
	}
	return ""
}

func (f *Fake) signed(form url.Values) bool {
	var pairs []string
	for name := range form {
		if name != "sign" && form.Get(name) != "" {
			pairs = append(pairs, name+"="+form.Get(name))
		}
	}
	sort.Strings(pairs)
	signature, err := base64.StdEncoding.DecodeString(form.Get("sign"))
	sum := sha256.Sum256([]byte(strings.Join(pairs, "&")))
	return err == nil && rsa.VerifyPKCS1v15(&f.keys.app.PublicKey, crypto.SHA256, sum[:], signature) == nil
}

func alipayError(subCode string) map[string]any {
	return map[string]any{"code": "40002", "msg": "Invalid Arguments", "sub_code": subCode, "sub_msg": "授权码code无效"}
}

// writeNode signs the node's bytes, which are sent as they are.
func (f *Fake) writeNode(w http.ResponseWriter, name string, node map[string]any, spoiled bool) {
	key := f.keys.alipay
	if spoiled {
		key = f.keys.app
	}
	raw := must(json.Marshal(node))
	_, _ = fmt.Fprintf(w, `{"%s":%s,"sign":"%s"}`, name, raw, sign(key, raw))
}

func writeJSON(w io.Writer, v any) { _, _ = w.Write(must(json.Marshal(v))) }

// number reads a fault's code, which a test wrote.
func number(code string) int { return must(strconv.Atoi(code)) }
