# One image for web, worker, beat and migrate; docker-compose.yml tells which is which.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
WORKDIR /portal
COPY requirements.lock .
RUN pip install --require-hashes --only-binary :all: -r requirements.lock

COPY . .
RUN python -m prm.assets && DATA_DIR=/tmp/data python manage.py collectstatic --no-input --verbosity 0 && rm -rf node_modules

RUN useradd --system portal && mkdir /data && chown portal /data
USER portal
EXPOSE 8000
CMD ["python", "-m", "prm.launch", "web"]
