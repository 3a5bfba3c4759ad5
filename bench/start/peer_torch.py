"""A peer of start.mdl: PyTorch, eager, or with `compile` as second argument under torch.compile."""

import sys

import torch
from idx import mnist

torch.set_num_threads(int(sys.argv[2]))
train_x, train_y, valid_x, valid_y = (torch.from_numpy(a) for a in mnist())
torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
criterion = torch.nn.CrossEntropyLoss()


def loss(x, y):
    return criterion(net(x), y)


if "compile" in sys.argv:
    loss = torch.compile(loss)

# Indexing a tensor is several times faster than a DataLoader. The last, smaller batch is left out: it would be compiled again.
order = torch.randperm(len(train_x))
for i in range(0, len(order) - 63, 64):
    batch = order[i : i + 64]
    optimizer.zero_grad()
    loss(train_x[batch], train_y[batch]).backward()
    optimizer.step()
with torch.no_grad():
    right = net(valid_x).argmax(1) == valid_y
print(f"accuracy {right.float().mean().item():.4f}")
