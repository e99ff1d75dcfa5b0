#include "bert/heads/any_head.h"

#include "bert/heads/classification.h"
#include "bert/heads/question_answering.h"
#include "bert/heads/sentences.h"
#include "core/joined.h"
#include "core/require.h"

namespace bertlet::bert {

namespace {

// A batch on its way through a model with a head.
struct Passage {
  const HeadInputs& in;
  const Batch batch = pack(in.padded, in.padding);
  Pass& pass;
  const std::optional<Memory> memory =
      in.encoder_states ? std::optional(pack_memory(batch, in.encoder_states, in.encoder_mask)) : std::nullopt;
  Encoded encoded = {};
  HeadOutputs out = {};

  void add(const std::string& name, const Array& array) { out.tensors.emplace_back(name, array); }
  void add_rows(const std::string& name, const Tensor& x) { add(name, unpack(batch, x.value())); }
  void add_attentions(const std::string& name, const std::vector<std::vector<Array>>& layers, int64_t keys) {
    for (std::size_t i = 0; i < layers.size(); ++i)
      add(fmt::format("{}.{}", name, i), unpack_attentions(batch, layers[i], keys));
  }
  void add_states() {
    add_rows("last_hidden_state", encoded.last_hidden_state);
    if (encoded.pooler_output) add("pooler_output", encoded.pooler_output.value());
    for (std::size_t i = 0; i < encoded.hidden_states.size(); ++i)
      add_rows(fmt::format("hidden_states.{}", i), encoded.hidden_states[i]);
    add_attentions("attentions", encoded.attentions, batch.length);
    if (memory) add_attentions("cross_attentions", encoded.cross_attentions, memory->spans.longest());
  }
};

const Model& trunk(const Model& model) { return model; }
template <class Head>
const Model& trunk(const Head& head) {
  return head.bert;
}

// --- what each head has for logits --------------------------------------------------------------------------------

void add_logits(const Model&, Passage&) {}

void add_logits(const PreTraining& head, Passage& p) {
  p.add_rows("prediction_logits", head.prediction_logits(p.encoded));
  p.add("seq_relationship_logits", head.seq_relationship_logits(p.encoded).value());
}

void add_logits(const MaskedLM& head, Passage& p) { p.add_rows("logits", head.logits(p.encoded)); }
void add_logits(const CausalLM& head, Passage& p) { p.add_rows("logits", head.logits(p.encoded)); }
void add_logits(const NextSentence& head, Passage& p) { p.add("logits", head.logits(p.encoded).value()); }
void add_logits(const TokenClassification& head, Passage& p) { p.add_rows("logits", head.logits(p.encoded, p.pass)); }

void add_logits(const SequenceClassification& head, Passage& p) {
  p.add("logits", head.logits(p.encoded, p.pass).value());
}

void add_logits(const MultipleChoice& head, Passage& p) {
  p.add("logits", head.logits(p.encoded, p.in.choices, p.pass).value());
}

void add_logits(const QuestionAnswering& head, Passage& p) {
  const QuestionAnswering::Logits logits = head.logits(p.encoded);
  p.add_rows("start_logits", logits.start);
  p.add_rows("end_logits", logits.end);
}

// --- and for a loss, if its labels are there ----------------------------------------------------------------------

Tensor loss_of(const Model&, Passage&) { return {}; }

Tensor loss_of(const PreTraining& head, Passage& p) {
  if (p.in.labels.empty() || p.in.next_sentence_label.empty()) return {};
  return head.loss(p.batch, p.encoded, {p.in.labels, p.in.next_sentence_label});
}

template <class LanguageModel>
Tensor loss_of(const LanguageModel& head, Passage& p) {
  return p.in.labels.empty() ? Tensor() : head.loss(p.batch, p.encoded, p.in.labels);
}

// Hugging Face calls its labels "labels" too; "next_sentence_label" is what the pre-training head calls them.
Tensor loss_of(const NextSentence& head, Passage& p) {
  const std::vector<int64_t>& labels = p.in.labels.empty() ? p.in.next_sentence_label : p.in.labels;
  return labels.empty() ? Tensor() : head.loss(p.encoded, labels);
}

Tensor loss_of(const SequenceClassification& head, Passage& p) {
  if (p.in.values) return head.loss(p.encoded, p.in.values, p.pass);
  return p.in.labels.empty() ? Tensor() : head.loss(p.encoded, p.in.labels, p.pass);
}

Tensor loss_of(const MultipleChoice& head, Passage& p) {
  return p.in.labels.empty() ? Tensor() : head.loss(p.encoded, p.in.choices, p.in.labels, p.pass);
}

Tensor loss_of(const TokenClassification& head, Passage& p) {
  return p.in.labels.empty() ? Tensor() : head.loss(p.batch, p.encoded, p.in.labels, p.pass);
}

Tensor loss_of(const QuestionAnswering& head, Passage& p) {
  if (p.in.start_positions.empty() || p.in.end_positions.empty()) return {};
  return head.loss(p.batch, p.encoded, p.in.start_positions, p.in.end_positions);
}

// --- by name --------------------------------------------------------------------------------------------------------

template <class Head>
class Named : public AnyHead {
 public:
  explicit Named(const Config& config) : head_(config) {}

  Parameters parameters() override { return parameters_of(head_); }

  HeadOutputs operator()(const HeadInputs& in, Pass& pass, Report report) const override {
    const bool all = report == Report::everything;
    Passage p{.in = in, .pass = pass};
    p.encoded = trunk(head_)(p.batch, pass,
                             {.head_mask = in.head_mask,
                              .memory = p.memory ? &*p.memory : nullptr,
                              .hidden_states = all,
                              .attentions = all});
    if (all) {
      add_logits(head_, p);
      p.add_states();
    }
    p.out.loss = loss_of(head_, p);
    return std::move(p.out);
  }

 private:
  Head head_;
};

struct Known {
  std::string_view name, architecture;  // ours and Hugging Face's
  std::unique_ptr<AnyHead> (*make)(const Config& config);
};

template <class Head>
std::unique_ptr<AnyHead> make(const Config& config) {
  return std::make_unique<Named<Head>>(config);
}

constexpr Known all_known[] = {
    {"model", "BertModel", make<Model>},
    {"pretraining", "BertForPreTraining", make<PreTraining>},
    {"masked-lm", "BertForMaskedLM", make<MaskedLM>},
    {"causal-lm", "BertLMHeadModel", make<CausalLM>},
    {"next-sentence", "BertForNextSentencePrediction", make<NextSentence>},
    {"sequence-classification", "BertForSequenceClassification", make<SequenceClassification>},
    {"multiple-choice", "BertForMultipleChoice", make<MultipleChoice>},
    {"token-classification", "BertForTokenClassification", make<TokenClassification>},
    {"question-answering", "BertForQuestionAnswering", make<QuestionAnswering>}};

}  // namespace

std::vector<std::string> head_names() {
  std::vector<std::string> names;
  for (const Known& known : all_known) names.emplace_back(known.name);
  return names;
}

std::unique_ptr<AnyHead> make_head(const std::string& name, const Config& config) {
  const auto* known = std::ranges::find(all_known, name, &Known::name);
  require(known != std::end(all_known), "head: got '{}', want one of: {}", name, joined(head_names(), " "));
  return known->make(config);
}

std::string head_of(const Config& config) {
  const io::Json* architectures = config.file.find("architectures");
  if (!architectures || !architectures->is_array()) return {};
  for (const io::Json& architecture : architectures->elements())
    for (const Known& known : all_known)
      if (architecture == known.architecture) return std::string(known.name);
  return {};
}

}  // namespace bertlet::bert
