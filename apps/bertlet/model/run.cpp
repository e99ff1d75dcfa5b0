#include <cmath>

#include "apps/bertlet/model/model_files.h"
#include "apps/bertlet/model/run_input.h"
#include "bert/options/precision.h"
#include "bert/io/formats/safetensors.h"
#include "bert/io/json/document.h"
#include "core/autograd.h"
#include "core/mapped.h"
#include "core/names.h"
#include "core/require.h"
#include "optim/any_optimizer.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace io = bertlet::io;
namespace optim = bertlet::optim;
using bertlet::Array;
using bertlet::Pass;
using bertlet::Tensor;

struct ModelRunOptions {
  CommonOptions common;
  std::string model, input, text, output, head, padding = "pack";
  std::vector<std::string> second;
  bool grad = false, force = false;
  bertlet::Precision precision = bertlet::Precision::fp32;

  std::optional<int64_t> steps;
  std::string optimizer = "adamw", schedule = "linear";
  optim::OptimizerChoice choice;
  bool decay_all = false;
  int64_t warmup = 0;
  double clip = 0;
};

constexpr const char* about_run =
    R"(The laboratory: a head is given exact ids, without dropout, and all that it computes is written to a file of
safetensors: logits, loss, last_hidden_state, pooler_output, hidden_states.I, attentions.I [batch, heads, from, to], and
with --grad grad.NAME of every parameter, all in the shape of the input with zeros at pads.

The input is a JSON object with Hugging Face's names and shapes:
  input_ids [B, T] (or [B, C, T]), or inputs_embeds
  attention_mask, token_type_ids, position_ids, head_mask, encoder_hidden_states, encoder_attention_mask
  labels, next_sentence_label, start_positions, end_positions
Numbers are nested arrays, or a string that names a file of safetensors. In the place of an input --text is cut into
tokens by the model's own vocabulary.

With --steps N the batch is trained on N times; each step is a line of JSON with the loss before its update.

Example: echo '{"input_ids": [[101, 7592, 103, 102]], "labels": [[-100, -100, 2088, -100]]}' > /tmp/in.json
         bertlet run MODEL --input /tmp/in.json --output /tmp/out.safetensors --head masked-lm --grad)";

std::unique_ptr<bert::Network> load_network(const ModelRunOptions& options) {
  const bert::Config config = read_model_config(options.model);
  const std::string name = options.head.empty() ? bert::head_of(config) : options.head;
  bertlet::require(!name.empty(), "{}: config.json names no architecture that is known here — give --head",
                   options.model);
  std::unique_ptr<bert::Network> network = bert::make_network(name, config);
  load_parameters(network->parameters(), network->initial_values(), options.model, options.common);
  network->parameters().multiply_in(options.precision);
  return network;
}

RunInput read_input(const ModelRunOptions& options) {
  if (!options.input.empty()) return read_run_input(options.input);
  const int64_t most = read_model_config(options.model).max_position_embeddings;
  return run_input_of(options.text, options.second, read_model_tokenizer(options.model, options.common), most);
}

bert::Batch batch_of(const RunInput& in, bert::PadRows pads) {
  bert::Batch batch = pack(in.padded, pads);
  if (in.choices > 1)
    batch.groups = bertlet::Spans(std::vector<int64_t>(to_size(batch.sequences() / in.choices), in.choices));
  return batch;
}

// A batch on its way through a network, and what comes of it under Hugging Face's names and in the caller's shapes.
class Experiment {
 public:
  Experiment(const ModelRunOptions& options, bert::Network& network, const RunInput& in)
      : network_(network),
        length_(in.padded.length),
        batch_(batch_of(in, options.padding == "keep" ? bert::PadRows::keep : bert::PadRows::pack)),
        wanted_(wanted_of(in.wanted)) {
    if (in.encoder_states) memory_ = pack_encoder_states(batch_, in.encoder_states, in.encoder_mask);
    encoder_options_ = {.head_mask = in.head_mask, .encoder_states = memory_ ? &*memory_ : nullptr};
  }
  Experiment(const Experiment&) = delete;
  Experiment& operator=(const Experiment&) = delete;

  // Everything, and the loss where there are labels.
  Tensor look(std::vector<std::pair<std::string, Array>>& to) const {
    bert::EncoderOptions all = encoder_options_;
    all.hidden_states = all.attentions = true;
    Pass pass;
    const bert::Scored scored = network_.score(batch_, pass, all);
    for (const bert::NamedScores& each : network_.named(scored))
      to.emplace_back(each.name, each.by_row ? unpack(batch_, each.tensor.value(), length_) : each.tensor.value());
    add_states(scored.encoded, to);
    return network_.has_loss(wanted_) ? network_.loss(scored, batch_, wanted_) : Tensor();
  }

  Tensor loss() const {
    bertlet::require(network_.has_loss(wanted_), "run: the input has no labels for this head, want some for a loss");
    Pass pass;
    return network_.loss(network_.score(batch_, pass, encoder_options_, network_.rows_of(batch_, wanted_)), batch_,
                         wanted_);
  }

 private:
  bert::Wanted wanted_of(bert::Wanted wanted) const {
    if (network_.labels_rows() && !wanted.labels.empty()) wanted.labels = pack_labels(batch_, wanted.labels, length_);
    for (auto* positions : {&wanted.starts, &wanted.ends})
      for (int64_t& position : *positions) position = std::max<int64_t>(0, position);  // as Hugging Face
    return wanted;
  }

  void add_states(const bert::Encoded& encoded, std::vector<std::pair<std::string, Array>>& to) const {
    const auto add_attentions = [&](const char* name, const auto& layers, int64_t keys) {
      for (std::size_t i = 0; i < layers.size(); ++i)
        to.emplace_back(fmt::format("{}.{}", name, i), unpack_attentions(batch_, layers[i], length_, keys));
    };
    to.emplace_back("last_hidden_state", unpack(batch_, encoded.last_hidden_state.value(), length_));
    if (encoded.pooler_output) to.emplace_back("pooler_output", encoded.pooler_output.value());
    for (std::size_t i = 0; i < encoded.hidden_states.size(); ++i)
      to.emplace_back(fmt::format("hidden_states.{}", i), unpack(batch_, encoded.hidden_states[i].value(), length_));
    add_attentions("attentions", encoded.attentions, length_);
    if (memory_) add_attentions("cross_attentions", encoded.cross_attentions, memory_->spans.longest());
  }

  bert::Network& network_;
  int64_t length_;
  bert::Batch batch_;
  bert::Wanted wanted_;
  std::optional<bert::EncoderStates> memory_;
  bert::EncoderOptions encoder_options_;
};

void write(const ModelRunOptions& options, const std::vector<std::pair<std::string, Array>>& arrays,
           const bertlet::Parameters& parameters) {
  auto tensors = bertlet::mapped(arrays, [](const auto& named) { return io::outgoing(named.first, named.second); });
  for (const bertlet::Parameter& parameter : parameters.list())
    if (const Array grad = parameter.tensor.grad()) tensors.push_back(io::outgoing("grad." + parameter.name, grad));
  io::write_safetensors(options.output, tensors);
}

void examine(const ModelRunOptions& options, const Experiment& experiment, bertlet::Parameters& parameters) {
  std::optional<bertlet::WithoutGradients> without;
  if (!options.grad) without.emplace(parameters);
  std::vector<std::pair<std::string, Array>> arrays;
  const Tensor loss = experiment.look(arrays);
  if (!options.common.json && !options.common.quiet) {
    for (const auto& [name, array] : arrays) fmt::print("{:<24} {}\n", name, array.shape());
    if (loss) fmt::print("{:<24} {:.6f}\n", "loss", loss.item());
  }
  if (loss) arrays.emplace_back("loss", loss.value());
  if (options.grad) {
    bertlet::require(static_cast<bool>(loss), "run: the input has no labels for this head, want some for a loss");
    backward(loss);
  }
  if (!options.output.empty()) write(options, arrays, parameters);
}

void train_on(const ModelRunOptions& options, const Experiment& experiment, bertlet::Parameters& parameters) {
  parameters.reset_grad();
  parameters.flatten();
  optim::OptimizerChoice choice = options.choice;
  if (options.decay_all) choice.groups.clear();
  const auto optimizer = optim::make_optimizer(options.optimizer, parameters, choice);
  const optim::Schedule schedule = optim::make_schedule(options.schedule, {options.warmup, *options.steps});
  for (int64_t step = 0; step < *options.steps; ++step) {
    parameters.reset_grad();
    const Tensor loss = experiment.loss();
    backward(loss);
    const double factor = schedule(step), norm = optimizer->step({.factor = factor, .clip = options.clip});
    const io::Json line{
        {"step", step + 1}, {"loss", loss.item()}, {"lr", options.choice.lr * factor}, {"grad_norm", norm}};
    fmt::print("{}\n", line.dump());
    std::fflush(stdout);
    bertlet::require(std::isfinite(norm), "run: step {}: the gradient is not finite", step + 1);
  }
}

int run_run(const ModelRunOptions& options) {
  if (options.input.empty() == options.text.empty()) throw WrongUsage("want --input F or --text TEXT");
  if (options.text.empty() && !options.second.empty()) throw WrongUsage("--text-b: want --text with it");
  const bool shown = !options.output.empty() || !options.text.empty();
  if (!shown && !options.steps) throw WrongUsage("want --output F, --steps N or both");
  require_new(options.output, options.force);
  options.common.apply();
  const RunInput input = read_input(options);
  const std::unique_ptr<bert::Network> network = load_network(options);
  const Experiment experiment(options, *network, input);
  if (shown) examine(options, experiment, network->parameters());
  if (options.steps) train_on(options, experiment, network->parameters());
  return 0;
}

}  // namespace

void add_run(const Command& program) {
  const auto options = std::make_shared<ModelRunOptions>();
  Command command = program.add("run", "The laboratory: any head on exact ids, with gradients and losses", about_run);
  command.text("model", "DIR", options->model, "A model directory or a run", Needed::yes);
  command.text("--input", "F.json", options->input, "What the head is given");
  command.text("--text", "TEXT", options->text, "Or a text; what comes of it is listed, also without --output");
  command.texts("--text-b", "TEXT", options->second, "The second text of a pair; several are endings to choose from");
  command.text("--output", "F.safetensors", options->output, "Where what it computes goes");
  command.flag("--force", options->force, "Replace --output");
  command.text("--head", "HEAD", options->head,
               (bertlet::joined(bert::network_names(), " ") + "; if not given, what config.json names").c_str());
  command.one_of("--padding", "HOW", options->padding, {"pack", "keep"},
                 "Whether pads are left out or computed as Hugging Face does");
  command.flag("--grad", options->grad, "Also every parameter's gradient");
  command.option(options::training_precision(&options->precision));
  command.number("--steps", options->steps, "Train on the batch so often and print each loss");
  command.one_of("--optimizer", "NAME", options->optimizer, bertlet::optim::optimizer_names(), "How to take a step");
  command.number("--lr", options->choice.lr, "The rate at the end of warm-up");
  command.number("--weight-decay", options->choice.weight_decay, "Of all but biases and LayerNorm");
  command.flag("--decay-all", options->decay_all, "Of these too");
  command.one_of("--schedule", "NAME", options->schedule, bertlet::optim::schedule_names(), "How the rate goes down");
  command.number("--warmup", options->warmup, "Steps in which the rate rises from 0", {0});
  command.number("--clip", options->clip, "The largest gradient norm let through; 0: any");
  command.common(options->common);
  command.runs([options] { return run_run(*options); });
}

}  // namespace apps
