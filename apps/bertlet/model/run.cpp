#include <cmath>

#include "apps/bertlet/model/model_files.h"
#include "apps/bertlet/model/run_input.h"
#include "bert/io/json.h"
#include "bert/io/safetensors_writer.h"
#include "core/autograd.h"
#include "core/parallel.h"
#include "core/require.h"
#include "optim/any_optimizer.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace io = bertlet::io;
namespace optim = bertlet::optim;
using bertlet::Pass;
using bertlet::Tensor;

struct ModelRunOptions {
  CommonOptions common;
  std::string model, input, output, head, padding = "pack";
  bool grad = false, force = false;

  std::optional<std::int64_t> steps;
  std::string optimizer = "adamw", schedule = "linear";
  optim::OptimizerChoice choice;
  bool decay_all = false;
  std::int64_t warmup = 0;
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
Numbers are nested arrays, or a string that names a file of safetensors.

With --steps N the batch is trained on N times; each step is a line of JSON with the loss before its update.

Example: echo '{"input_ids": [[101, 7592, 103, 102]], "labels": [[-100, -100, 2088, -100]]}' > /tmp/in.json
         bertlet run MODEL --input /tmp/in.json --output /tmp/out.safetensors --head masked-lm --grad)";

std::unique_ptr<bert::AnyHead> load_head(const ModelRunOptions& options) {
  const bert::Config config = read_model_config(options.model);
  const std::string name = options.head.empty() ? bert::head_of(config) : options.head;
  bertlet::require(!name.empty(), "{}: config.json names no architecture that is known here — give --head",
                   options.model);
  std::unique_ptr<bert::AnyHead> head = bert::make_head(name, config);
  bertlet::Parameters parameters = head->parameters();
  load_parameters(parameters, config, options.model, options.common);
  return head;
}

void check_loss(const Tensor& loss) {
  bertlet::require(static_cast<bool>(loss), "run: the input has no labels for this head, want some for a loss");
}

void write(const ModelRunOptions& options, const bert::HeadOutputs& outputs, const bertlet::Parameters& parameters) {
  std::vector<io::OutgoingTensor> tensors;
  for (const auto& [name, array] : outputs.tensors) tensors.push_back(io::outgoing(name, array));
  if (outputs.loss) tensors.push_back(io::outgoing("loss", outputs.loss.value()));
  for (const bertlet::Parameter& parameter : parameters.list())
    if (const bertlet::Array grad = parameter.tensor.grad())
      tensors.push_back(io::outgoing("grad." + parameter.name, grad));
  io::write_safetensors(options.output, tensors);
}

void examine(const ModelRunOptions& options, bert::AnyHead& head, const bert::HeadInputs& inputs) {
  const bertlet::Parameters parameters = head.parameters();
  for (bertlet::Parameter parameter : parameters.list()) parameter.tensor.set_wants_grad(options.grad);
  Pass pass;
  const bert::HeadOutputs outputs = head(inputs, pass);
  if (options.grad) {
    check_loss(outputs.loss);
    backward(outputs.loss);
  }
  write(options, outputs, parameters);
  if (options.common.json || options.common.quiet) return;
  for (const auto& [name, array] : outputs.tensors) fmt::print("{:<24} {}\n", name, array.shape());
  if (outputs.loss) fmt::print("{:<24} {:.6f}\n", "loss", outputs.loss.item());
}

void train_on(const ModelRunOptions& options, bert::AnyHead& head, const bert::HeadInputs& inputs) {
  bertlet::Parameters parameters = head.parameters();
  parameters.flatten();
  optim::OptimizerChoice choice = options.choice;
  if (options.decay_all) choice.groups.clear();
  const auto optimizer = optim::make_optimizer(options.optimizer, parameters, choice);
  const optim::Schedule schedule = optim::make_schedule(options.schedule, {options.warmup, *options.steps});
  for (std::int64_t step = 0; step < *options.steps; ++step) {
    Pass pass;
    parameters.reset_grad();
    const Tensor loss = head(inputs, pass, bert::Report::loss).loss;
    check_loss(loss);
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
  if (options.output.empty() && !options.steps) throw WrongUsage("want --output F, --steps N or both");
  bertlet::set_threads(options.common.threads);
  bert::HeadInputs inputs = read_run_input(options.input);
  inputs.padding = options.padding == "keep" ? bert::Padding::keep : bert::Padding::pack;
  const std::unique_ptr<bert::AnyHead> head = load_head(options);
  if (!options.output.empty()) examine(options, *head, inputs);
  if (options.steps) train_on(options, *head, inputs);
  return 0;
}

}  // namespace

void add_run(const Command& program) {
  const auto options = std::make_shared<ModelRunOptions>();
  Command command = program.add("run", "The laboratory: any head on exact ids, with gradients and losses", about_run);
  command.text("model", "DIR", options->model, "A model directory", Needed::yes);
  command.text("--input", "F.json", options->input, "What the head is given", Needed::yes);
  command.text("--output", "F.safetensors", options->output, "Where what it computes goes");
  command.text("--head", "HEAD", options->head,
               "model pretraining masked-lm causal-lm next-sentence sequence-classification multiple-choice "
               "token-classification question-answering; if not given, what config.json names");
  command.one_of("--padding", "HOW", options->padding, {"pack", "keep"},
                 "Whether pads are left out or computed as Hugging Face does");
  command.flag("--grad", options->grad, "Also every parameter's gradient");
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
